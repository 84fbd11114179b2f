"""What needs proof or terms of any product in English: guarantees, superlatives, prices, deadlines, green words."""

from transforms.compliance import Said
from transforms.compliance.dictionaries import told
from transforms.compliance.dictionaries.sources import FTC_ACT, FTC_ENDORSEMENTS, FTC_GREEN, FTC_PRICES

_MINE = r"\b(?:my|in my book|imo|for me|personally|fan|dad|mom|friend|song|album|movie|playlist|priority|rule|team|chart|billboard|husband|wife|dog|cat|trip|ever had)\b"
_SOURCE = r"\baccording to\b|\bsource:|\bbased on\b|\bsurvey\b|\bn ?= ?\d|\bclinical study of \d+|\bin a study of \d+|\bnielsen\b|\bcircana\b"
_TERM = r"\b(?:until|till|through|thru|ends?|by|expires?)(?: on)? (?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|midnight)"
_PROOF = Said(
    en="Name source and date, or say that it is your own favourite.",
    ja="出典と時点を添えるか、ご自身のお気に入りだと分かる表現に。",
)

OFFERS_EN = (
    *told(
        "fail",
        FTC_ACT,
        Said(en="An effect or safety is guaranteed.", ja="効果や安全性を保証しています。"),
        Said(
            en="“It worked for me”, with what a buyer can generally expect.",
            ja="「私には合いました」など、断定しない表現に。",
        ),
        (
            "en_guaranteed",
            r"\bguarante(?:ed|es|e) (?:results?|to (?:work|cure|clear|remove|make you|get rid|lose|erase|heal))|\bresults? (?:are |is )?guaranteed|\bguaranteed (?:weight loss|cure|glow)",
            "guarantee",
        ),
        ("en_hundred", r"\b100 ?% (?:effective|safe|works|cure|success|risk[- ]free|proven)", "100%|100 %"),
        (
            "en_no_side_effects",
            r"\b(?:no|zero|without(?: any)?|free (?:of|from)) side[- ]effects?|\bside[- ]effect[- ]free",
            "side effect|side-effect",
        ),
        ("en_fda", r"\bfda[- ](?:approved|endorsed|recommended)|\bapproved by the fda", "fda"),
        ("en_miracle", r"\bmiracle (?:cure|pill|drug|weight)", "miracle"),
        (
            "en_cures_all",
            r"\bcure[- ]all\b|\bcures? everything\b|\bworks (?:for|on) (?:everyone|everybody)\b|\bpermanent(?:ly)? (?:results|removes?|cures?|erases?)",
            "cure|works|permanent",
        ),
        unless=(r"\b(?:vaccine|sunscreen filter|money)\b",),
    ),
    *told(
        "warn",
        FTC_ACT,
        Said(en="It needs proof, and the source beside it.", ja="根拠と出典の明記が必要な表現です。"),
        _PROOF,
        (
            "en_proven",
            r"\b(?:clinically|scientifically|medically|dermatologically)[- ](?:proven|tested|shown)|\bscience[- ](?:proven|backed)|\bproven (?:to|results)|\bclinical results",
            "proven|tested|shown|science|clinical",
        ),
        (
            "en_number_one",
            r"(?:#|\bno\.? ?)1\b(?= (?:\w+ ){0,3}(?:brand|product|seller|selling|serum|cream|sunscreen|supplement|choice|recommended|rated|moisturi[sz]er|shampoo|app|best))|\bnumber one (?:brand|product|seller|selling|choice|rated)|\bbest[- ]selling\b",
            "#1|no 1|no.1|no. 1|no1|number one|selling",
        ),
        (
            "en_best",
            r"\b(?:best|greatest|most (?:effective|powerful)|strongest) (?:\w+ ){1,3}(?:in the world|on the market|ever made|on earth|in america|on the planet)|\bworld'?s (?:best|first|only|most|strongest)\b|\bthe only (?:\w+ ){1,2}that (?:works|actually works)",
            "best|greatest|effective|powerful|strongest|world|works",
        ),
        (
            "en_miracle_word",
            r"\bmiracle (?:cream|serum|product|worker|oil|mask)|\bmagic (?:cream|pill|serum|potion)|\bholy grail cure",
            "miracle|magic|holy grail",
        ),
        (
            "en_fast",
            r"\b(?:instant|overnight|immediate) results|\bresults (?:overnight|instantly|in (?:just )?\d+ (?:days?|hours?|minutes?|weeks?))|\bworks (?:instantly|overnight|in seconds)|\bsee (?:a )?(?:results|difference) in \d+ (?:days?|weeks?)",
            "results|works|difference",
        ),
        (
            "en_percent_saw",
            r"\b\d{2,3} ?% of (?:users|women|people|customers) (?:saw|agreed|reported|noticed|said)|\b\d+ out of \d+ (?:doctors|dentists|dermatologists|women|users)",
            "% of|out of",
        ),
        unless=(_MINE,),
        unless_anywhere=(_SOURCE,),
    ),
    *told(
        "warn",
        FTC_ENDORSEMENTS,
        Said(
            en="Pictures before and after promise what buyers can generally expect.",
            ja="使用前後の比較は、一般に期待できる結果の表示とみなされます。",
        ),
        Said(
            en="Say what is typical, and keep light and make-up the same.",
            ja="一般的な結果を併記し、撮影条件をそろえてください。",
        ),
        (
            "en_before_after",
            r"\bbefore\s*(?:&|and|/|vs\.?|→|\+)\s*after\b(?! (?:work|school|lunch|dinner|breakfast|meals?|every|each|the|my|your|bed|i\b|we\b|a\b))",
            "before",
        ),
    ),
    *told(
        "warn",
        FTC_PRICES,
        Said(
            en="A deadline, a limit or a reference price must be true and its terms told.",
            ja="期限・数量・比較価格は、事実と条件の明記が必要です。",
        ),
        Said(
            en="“Until 30 June”, “first 100 orders”, price and terms as in the shop.",
            ja="「6/30まで」「先着100名」など、条件を明記してください。",
        ),
        (
            "en_limited",
            r"\blimited[- ]time (?:only|offer|deal)|\b(?:today|tonight|now) only\b|\bwhile (?:stocks?|supplies) lasts?|\bonly \d+ left|\b(?:almost gone|selling out fast|going fast)\b|\blast chance to (?:buy|get|save|grab)|\bact (?:now|fast)\b|\bhurry(?:,| before)",
            "limited|only|while|almost gone|selling out|going fast|last chance|act now|act fast|hurry",
        ),
        (
            "en_cheapest",
            r"\b(?:lowest|cheapest|best) prices? (?:ever|anywhere|online|guaranteed|on the (?:market|internet))|\bprice of the year",
            "price",
        ),
        (
            "en_was_now",
            r"\b(?:was|usually|normally|retails? (?:at|for)|regular(?:ly)?|worth) [$£€¥]\d[\d,.]*[^.!?\n]{0,16}\b(?:now|today|only|for (?:just|only)) [$£€¥]?\d",
            "was|usually|normally|retail|regular|worth",
        ),
        (
            "en_free",
            r"\b(?:completely|totally|absolutely|100 ?%) free\b(?! (?:of|from|time))|\bfree trial\b|\brisk[- ]free\b|\bmoney[- ]back",
            "free|money back|money-back",
        ),
        unless_anywhere=(_TERM, r"\bterms (?:and conditions )?apply|\bt&cs?\b"),
    ),
    *told(
        "warn",
        FTC_GREEN,
        Said(
            en="Broad words about nature or purity mislead unless they say what is meant.",
            ja="環境・純度に関する広い表現は、具体的な根拠がなければ誤認を招きます。",
        ),
        Said(
            en="Say exactly what: “95% of ingredients are of plant origin”.",
            ja="「原料の95%が植物由来」のように具体的に。",
        ),
        (
            "en_natural",
            r"\b(?:100 ?%|all|completely|totally)[- ](?:natural|organic|pure|clean|non-?toxic|vegan-safe)\b",
            "natural|organic|pure|clean|toxic|vegan",
        ),
        (
            "en_chemical_free",
            r"\bchemical[- ]free\b|\bno chemicals\b|\btoxin[- ]free\b|\bnon-?toxic\b",
            "chemical|toxin|toxic",
        ),
        (
            "en_green",
            r"\b(?:eco|planet|earth)-?friendly\b|\bcarbon neutral\b|\bbiodegradable\b",
            "friendly|carbon neutral|biodegradable",
        ),
        unless=(r"\b(?:toxic (?:people|friend|relationship|ex|boss)|relationship)\b",),
    ),
)
