"""Common Swedish first names. Those that are ordinary words too ("saga", "iris") are left out."""

from __future__ import annotations

FIRST_NAMES: frozenset[str] = frozenset(
    """
adam adrian agnes agneta ahmed aisha albert albin alexander alfred ali alice allan alma alva amanda amina anders
andreas anita ann anna anneli annette annika anton arne arnold aron arthur arvid astrid axel axl barbro bengt
benjamin benny berit bernt bertil birgitta bo britt börje camilla carina carl carolina caroline cecilia celine
charlie charlotte christer christian christina christoffer claes clara colin conny dag dagny dan daniel daniella
david denise dennis diana doris ebba edith edvard edvin edward einar elias elin elina elis elisabet elisabeth
elise ella ellen ellie elliot elof elsa elton elvira emil emilia emma eric erik erika erland ester esther eva
evelina evert fabian fanny fatima felicia felix filip folke frans fredrik freja frida gabriel georg gerd gerda
gerhard gert greta gudrun gun gunhild gunilla gunnar gunnel gunvor gustaf gustav göran gösta hanna hans harald
harriet harry hassan hedda helena helge henning henrik henry herbert hilda hillevi hilma hjalmar hjördis holger
hugo hussein håkan ibrahim ida ines inga ingeborg ingegerd ingela ingemar inger ingrid ingvar irene isaac
isabelle isac isak ivan ivar jack jacob jakob jan jasmine jenny jens jerker jesper jessica jim jimmy joakim
joanna joel johan johanna johannes john jon jonas jonatan jonathan josef josefin josefine judith julia julian
julius jörgen kaj kajsa kalle karin karina karl katarina katrin kenneth kent kerstin kevin kia kjell klara klas
knut kristian kristin kristina kristoffer kurt laila lars layla leah leia leif leila lena lennart leo leon liam
lilly lina linnea linus lisa lisbeth loke lotta loui louie louise lova lovisa lucas ludvig ludwig lukas
madeleine magdalena magnus maj maj-britt maja malin malte manfred marcus margareta maria marianne marie markus
martin maryam matilda mats matteo mattias meja melissa melker melvin mia michael mikael milo milton mira mirjam
moa mohamed mohammad mohammed molly mona monica monika märta måns nathalie nathan nellie nelly nicklas nicolas
niklas nikolaus nils noah noel noor nora ola oliver olivia olle olof omar oscar oskar ottilia otto ove patrick
patrik paul paulina per pernilla peter petra pia pontus pär ragnar rakel rasmus rebecca rebecka richard rickard
robert robin roger roland rolf ronja ronny rosita ruben rune rut ruth sally sam samira samuel sandra sanna sara
sebastian selma sigge signe sigrid sigurd simon siri siv sixten sofia sofie solveig sonja sophie stefan stellan
stig stina sture susanne svante svea sven sören tage tea teodor teresia thea theo theodor therese thomas tilda
tilde tim timothy tobias tomas tommy tony torbjörn tore torsten tova ture tuva tyra ulf ulla ulla-britt ulrik
ulrika urban valter vanja vendela vera verner veronica victor victoria vidar viggo viktor viktoria vilgot
vilhelm vilma vilmer vincent viveka walter wilhelm wille william wilma wilmer yasmin ylva yngve yusuf yvonne
zara åke åsa örjan östen
""".split()  # noqa: SIM905
)
