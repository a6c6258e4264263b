"""What is signed and what a verdict is.

Pure: no file, network, clock or database. Time is passed in as ``at`` (Unix seconds).
"""
