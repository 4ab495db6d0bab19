"""English words the reading of commands leans on."""

from __future__ import annotations

from bot.rules.spelling import words_of

INFINITIVES = words_of(
    """
    adjust answer apply arrange ask assess attend bake book bring buy call cancel change check clean clear collect complete
    confirm contact coordinate create deliver describe discuss do document draft drive email evaluate explain fetch fill find finish fix follow
    get give hand help inform install introduce investigate invite keep learn leave lift look mail make map measure meet message move
    notify offer order organise organize phone plan prepare present print prescribe provide raise reach read refer register remind renew repair
    report request review ring schedule search see send set share show sign sort speak start stop support talk teach tell test
    text train try update visit weigh write
    """
)
PRESENT = frozenset(
    [word + "s" for word in INFINITIVES]
    + [word + "es" for word in INFINITIVES if word.endswith(("ch", "sh", "x", "s", "o"))]
    + [word[:-1] + "ies" for word in INFINITIVES if word.endswith("y")]
)
PROMISES = words_of(
    "call calls book books contact contacts check checks write writes send sends order orders fetch fetches arrange arranges fix fixes"
    " ask asks follow follows email emails phone phones visit visits update updates prepare prepares"
)
MODALS = words_of("will shall should must to can")
SMALL_TALK_OBJECTS = words_of("you back later soon now him her them it")
TALK_STARTS = words_of(
    """
    is are was were has have had do does did should would could can may might who what when where why how which if whether maybe perhaps
    i wonder think because while although that it he she they someone nobody never not
    """
)
