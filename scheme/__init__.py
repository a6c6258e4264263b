"""A locality's rules as data: from a pack's tables and texts to a decision and a wording.

Pure: the pack arrives as a mapping, dates and facts as values. service/packs.py reads the files.
"""
