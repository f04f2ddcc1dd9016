"""Masking a text against presidio-analyzer with pattern recognisers for the same classes.

The peer gets a blank Chinese pipeline instead of a language model, and its work on words is done beforehand and not
counted: what is timed is its recognisers with their check digits, on the same texts."""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks._decisions import decisions
from benchmarks._persons import CARD, CHECKED, CREDIT, IDENTITY, Text, texts

GOAL = 10
PASSAGES = (
    "，联系电话13900007777", "，住洛阳市西工区演示路5号2单元301室", "，驾驶豫C12345", "，邮箱canary@example.org",
    "，座机0379-61234567", "，护照号E12345678", "，账号：1234567890", "，出生于1990年1月2日", "，罚款5000元",
    "，依据《行政处罚法》第三十五条作出决定",
)  # fmt: skip


def measure(rounds: int = 5, count: int = 400) -> list[dict[str, Any]]:
    """Both read the same texts, in turns; the ratio is the median of the rounds. Two sets: decision texts as agencies
    write them, with a few personal data in each, and short texts of little but numbers, the worst for masking."""
    made = list(decisions(count))
    dense = [one.text + PASSAGES[at % len(PASSAGES)] for at, one in enumerate(texts(count))]
    with_peer = peer()
    return [
        row("文本脱敏：决定书正文", rounds, with_peer, [one.text for one in made], made),
        row("文本脱敏：号码密集的短句", rounds, with_peer, dense, list(texts())),
    ]


def row(name: str, rounds: int, with_peer: tuple[Any, Any], given: list[str], made: list[Text]) -> dict[str, Any]:
    """Throughput over the given texts; recall and precision of numbers with check digits over the made ones."""
    from sanxiang.core.gates.masking import findings, mask_text

    engine, nothing = with_peer
    ours, theirs = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        for text in given:
            mask_text(text, [])
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        found = [engine.analyze(text, "zh", nlp_artifacts=nothing) for text in given]
        theirs.append(time.perf_counter() - begun)
    if not any(found):
        raise AssertionError("the peer finds nothing: nothing was compared")
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    mine, other, signs = statistics.median(ours), statistics.median(theirs), sum(map(len, given))
    there = right = wrong = 0
    for one in made:
        told = {(it.sort, it.start, it.end) for it in findings(one.text) if it.sort in CHECKED}
        there += len(one.truth)
        right += len(told & set(one.truth))
        wrong += len(told - set(one.truth))
    recall, precision = right / there, right / (right + wrong)
    return {
        "name": name, "against": "presidio-analyzer 同类规则识别器", "ratio": round(ratio, 1), "goal": GOAL,
        "met": ratio >= GOAL and recall == 1.0 and precision >= 0.99,
        "note": f"平均每篇 {signs / len(given):,.0f} 字；每秒 {signs / mine:,.0f} 字对 {signs / other:,.0f} 字；"
        f"校验码号码 {there} 个：召回 {recall:.4f}，精确 {precision:.4f}",
    }  # fmt: skip


def peer() -> tuple[Any, Any]:
    """The analyser with one recogniser for each class, and the artefacts that stand for a text without words."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    from sanxiang.core.values import personal_numbers, personal_text, problems_of_credit_code

    class Blank(NlpEngine):
        """A pipeline without a model."""

        def __init__(self) -> None:
            self.nlp = spacy.blank("zh")

        def load(self) -> None: ...

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:
            doc = self.nlp.make_doc(text)
            return NlpArtifacts([], doc, [token.idx for token in doc], [token.text for token in doc], self, language)

        def process_batch(self, texts: Any, language: str, **_: Any) -> Any:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return False

        def is_punct(self, word: str, language: str) -> bool:
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return ["zh"]

    tests = {
        IDENTITY: personal_numbers.identity_number,
        CARD: personal_numbers.luhn,
        CREDIT: lambda text: not problems_of_credit_code(text),
    }

    class Checked(PatternRecognizer):
        """Patterns whose finds must pass a check digit, the gaps left out, as its own recognisers do."""

        def validate_result(self, pattern_text: str) -> bool | None:
            test = tests[self.supported_entities[0]]
            digits = "".join(sign for sign in personal_numbers.plain(pattern_text) if sign.isalnum())
            return test(digits.upper())

    gap = '[ "”“-]{0,2}'
    checked = {
        IDENTITY: [rf"(?<!\w)\d(?:{gap}\d){{16}}{gap}[\dXx](?![\dA-Za-z])", r"(?<!\d)\d{15}(?!\d)"],
        CARD: [rf"(?<!\d)\d(?:{gap}\d){{14,18}}(?!\d)"], CREDIT: [rf"(?<!\w)[0-9A-Y](?:{gap}[0-9A-Y]){{17}}(?!\w)"],
    }  # fmt: skip
    formed: dict[str, list[str]] = {"手机号码": [rf"(?<!\d)(?:\+?86)?1{gap}[3-9](?:{gap}\d){{9}}(?!\d)"]}
    for detector in personal_text.DETECTORS:
        formed.setdefault(detector.sort, []).append(detector.pattern.pattern)
    made = [
        sort_of(sort, supported_language="zh", name=f"{sort_of.__name__} {sort}",
                patterns=[Pattern(f"{sort}{at}", pattern, 0.5) for at, pattern in enumerate(patterns)])
        for sort_of, sorts in ((Checked, checked), (PatternRecognizer, formed)) for sort, patterns in sorts.items()
    ]  # fmt: skip
    blank = Blank()
    registry = RecognizerRegistry(recognizers=made, supported_languages=["zh"])
    engine = AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=["zh"])
    return engine, blank.process_text("", "zh")
