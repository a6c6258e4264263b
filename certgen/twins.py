"""Characters that our fonts draw by the glyph of another: on a page nobody can tell which it was.

A PDF names one character for a glyph, so that a page with both reads as having one of them twice, and
an honest report on somebody's ⻋ was none. tests/certgen/test_twins.py holds the list against the fonts.
"""

from typing import Final

_PAIRS: Final = (
    "\u2011-\u2012\u2013•·‧·‵｀∕／⋯…➊❶➋❷➌❸➍❹➎❺➏❻➐❼➑❽➒❾➓❿⮕➡⺂乛⺃乚"
    "⺅亻⺉刂⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺞歺⺠民⺡氵⺣灬⺤爫⺦丬⺨犭"
    "⺫罒⺭礻⺯糹⺰纟⺱罓⺲罒⺹耂⺺肀⺾艹⻁虎⻂衤⻃覀⻅见⻆角⻈讠⻉贝⻋车⻌辶⻐钅⻑長"
    "⻒镸⻓长⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄"
    "⻪黾⻫斉⻬齐⻮齿⻯竜⻰龙⻱龜⻲亀〜～・·㓁⺳㔾⺋㦳㘽㫚曶㬵胶㬺幐㮣槩䎛㖈䐠㬻壿墫"
    "🄌⓿𠘨⺇𤈎㶷𤣩⺩𤨁瑨𥫗⺮𦥑⺽𧢲⻇𧺯﨣𧾷⻊𨸏⻕𩙿⻞𩠐⻡𭕄⺍"
)
TWINS: Final = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
"""The one to be written instead, by the character: the commoner of the two."""
