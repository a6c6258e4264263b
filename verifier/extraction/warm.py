"""Loaded by the fork server alone: the letters of most pages, drawn once for all its children, and a
page of each kind, read once.

A child that draws them itself takes twice as long over its upload; one that is the first to read a page
loads what libraries load only then, and Python learns the types of every line again, a tenth of its
time. What is not here is drawn as it comes; nothing but time depends on it.
"""

import ctypes
import gc
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Final

from verifier.extraction.known_glyphs import known_glyphs
from verifier.extraction.letter_forms import HALF_WIDTH
from verifier.extraction.our_fonts import our_hints
from verifier.extraction.reference import REFERENCE, Shape
from verifier.extraction.run import extract
from verifier.limits import Limits
from verifier.lines import LABELS

_WORDS: Final = (
    "一三不专业主事云产人他代件会伪作使依保信修全公兽农制前化及叶司合吨名否售告商和质在大委女始安完定实"
    "家将属州工市建开当德态我扩扫承托把抗护按控提撤收数料斤方无日时月有期未本机村杂权杨杭果查某标样根格"
    "桥检植次欢残民求江河法泥洋测浙混清源漏物环现理生用田由申电留的省真着知码社禁私种秋称章符等签管籽粉"
    "系级统绿维联自花苗茶草药莓莲菜蔬虚虾行要规设证诉识试询请诺谷豆质贮超足达运遗采量销锁镇问间防限除集"
    "需非项预领食饮首香验鱼鲜养"
    "□■、。；：“”（）-.*0123456789ABCDEFGHJKLMNPQRTUWXY"
)
"""Of certificates: the promises, the bases, common products and registration numbers."""
_FOOT: Final = (
    "三不业人仅代件公农动十台名处子局山市平建德承改文明替未本村条校法由电省码第签篡被西证诺防验高"
    "《》，、：（）-0123456789"
)
"""Below it: what law the symbol rests on."""
_LETTER: Final = (
    "一七三上下不与个中为义九也书了予事二于五亡交产亲人仅他代以件任份会伪作供依信假偿充全八公六共关其具"
    "养内决况出分刑利别到力办务动包匿十华单印去及反发取受变可台合同名后向否告员周和响四因国声处外大失如"
    "始姓姻婚子安完定实审害容对将属山岁已市平年并序应开异弃式当影待律得息您情意愿成或所手承担报括拟持损"
    "据授接提撤收改放整效数文料方无日时明是晓替月有期未本机权材条构果构查核根案档欺此死母民没治法涉漏照"
    "父犯状独现理生用田由申电留疑的盖省相真着瞒知社称确程究空立章笔符第等签管系经给继罚罪老者而能自致虚"
    "行被要西规解议证询该说请诺读调财责货赔身返还述进违追送适选造遗部郑配采重量销问间阅陈除隐面项额骗高"
    "龄“”、。《》（），；：*-X0123456789"
)
"""Of letters: what is told, what is promised, and what follows."""
_CAPTION: Final = "扫码查验真伪和当前信用等级"
_NUMBER: Final = "编号：D-"
_PROMISE: Final = "承诺达标合格证"
_PLEDGE: Final = "信用承诺书"
_SERIF, _SANS = "NotoSerifSC", "NotoSansSC"
_PLAIN: Final = (
    ({*"".join(LABELS), *_WORDS}, _SERIF, (47.93,)),
    ({*"".join(LABELS), *_WORDS}, _SANS, (25.01, 28.14, 29.18)),
    ({*"".join(LABELS)}, _SANS, (47.93, 45.83, 50.0)),
    ({*_LETTER}, _SERIF, (45.83, 50.0)),
    ({*_FOOT}, _SERIF, (35.47, 40.0)),
    ({*_FOOT}, _SANS, (35.47, 40.0, 22.93)),
    ({*_CAPTION}, _SANS, (43.76, 43.75, 23.76)),
    ({*_NUMBER}, _SANS, (35.43, 37.5, 23.34)),
    ({*"告知内容承诺违责任："}, _SANS, (49.5, 54.0)),
)
"""Characters, font and pixels of the em: A5 at 11.5 pt and below it 8.5, labels at 3 to 3.5 pt and
twice the size, A4 at 11 or 12 pt and below it 9.6; then what is set smaller or larger on them. Those of
more than 48 are set between the pixels: of their sixteen masks one is made here, and the drawing."""
_OUTLINED: Final = (
    ({*_PROMISE}, _SERIF, (108.36, 87.52)),
    ({*_PROMISE}, _SANS, (50.02, 44.19)),
    ({*_PLEDGE}, _SERIF, (116.67, 87.5)),
)
_HALF: Final = (35.43, 37.5, 23.34)
"""Pixels of the em of the number below the symbol, on the same pages."""
_DOUBTFUL: Final = (
    ({*_FOOT}, _SANS, 22.93),
    ({*"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"}, _SANS, 23.34),
)
"""On labels, of 2.8 points and twice the size: a stroke is a pixel there, some letters fit in no shape well,
and are looked for in all."""
PAGES: Final = Path(__file__).with_name("warm_pages")
"""Samples of ours: tests/verifier/extraction/warm_pages_files.py makes them."""


def warm_up() -> None:
    """Draw and read them; what the process holds by then is kept out of its children's garbage
    collection, which would copy every page that it looks at."""
    for texts, font, sizes in _PLAIN:
        for text, size in product(sorted(texts), sizes):
            REFERENCE.mask(_shapes(font, text)[0], text, size, 0, 0)
    for texts, font, sizes in _OUTLINED:
        for text, size in product(sorted(texts), sizes):
            shape = next(shape for shape in _shapes(font, text) if shape.stroke)
            REFERENCE.mask(shape, text, size, 0, 0)
    for text, size in product(HALF_WIDTH, _HALF):
        shape = next(shape for shape in _shapes(_SANS, text) if shape.half_width)
        REFERENCE.mask(shape, text, size, 0, 0)
    for texts, font, size in _DOUBTFUL:
        for text in sorted(texts):
            for shape in _shapes(font, text):
                REFERENCE.mask(shape, text, size, 0, 0)
    known_glyphs()
    our_hints()
    for page in sorted(PAGES.iterdir()):
        extract(page.read_bytes(), Limits(), lambda _seconds: None)
    gc.collect()
    _return_memory()
    gc.freeze()


def _return_memory() -> None:
    """What is free goes back to the system: a child would copy it 4 kB at a time before it writes
    there, and gets what is new in large pages."""
    with suppress(AttributeError):  # glibc has it
        ctypes.CDLL(None).malloc_trim(0)


def _shapes(font: str, text: str) -> tuple[Shape, ...]:
    return REFERENCE.shapes(font, text, half=True)


warm_up()
