"""Common first names in Sweden, old and new. Those that are ordinary words too ("saga", "iris") stand by themselves."""

from __future__ import annotations

FIRST_NAMES: frozenset[str] = frozenset(
    """
adam adolf adrian agnes agneta ahmed aisha albert albin alexander alfred ali alice allan alma alva amanda amina anders
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
abbas abdi abdul abdulla abdullah abdullahi abraham adela ahlam aida ajla akram alejandro aleksandar aleksandra alex
alexandra alexis alina alireza aliya almaz amal amin amir amira anas anastasia andrea andrzej anette angela angelica
anja ann-britt ann-charlotte ann-christin ann-margret ann-marie ann-sofie anna-karin anna-lena annie antonia antonio
aram arash arian arman arvo asad asha ashraf asma ayan ayla aylin aziz azra bahar barbara bashir beata beatrice
bengt-åke bilal birger birgit bjarne bodil brita britt-inger britt-marie britta carl-gustav carlos catarina catharina
chris ciara conrad dagmar dalia damir danuta dario dejan dilan dimitri doreen dragan dunja edina efraim eija eila eino
eivor elena eleni elham elisa eliza elmer elna elvin emelie emina emmy emre enar endre erna ernst esma esra eugen
evelin ewa ewelina ezra fadi fadumo faisal farah farhad farid fatemeh fatma fatou ferdinand fiona flora florence
fotini frank franz fritz gabriella gabrielle gideon gisela goran gordana gottfrid greger gun-britt gunborg gunde
gustava gwendolyn habib hadi haider halima hamid hamza hannele hannes harun hasan hasse hedvig heidi heikki helen
helene helga heli helmi helmut henrietta henryk hilja hodan hussain ida-maria idris ignacio ilona ilse iman inga-lill
ingalill inger-marie ingvor irena irina irma isabel isabella ishaq ismail ivana ivo jadwiga jalal jamal jamila
jan-erik jan-olof janet janina janne jasmin javier jeanette jelena jerzy jessika jihad jill jimmie joan jolanta jorge
jose josip jouni juan juhani jutta jörn kadir kaisa kamal kamil kamila karim karl-erik karl-gustav karolina katarzyna
katja kennet kerim khadija khaled khalid kirsten kirsti kjell-åke konrad krzysztof lamin lars-erik lars-göran
lars-olof laura lauri leyla lidia lilian lillemor lillian linn liselott liselotte ljiljana loretta louisa luis lydia
mahdi mahmoud mahmud maja-lena malak malek marek margaretha margit margot mariam mariana marie-louise marika marina
marita marja marjatta marko marta masoud mehdi mehmet melanie melina merja mersiha mihai mikko mila milad milan milena
mirela miriam mirja mirza mohsen mostafa muhammad muhammed muna mustafa mårten nadia nadja najma nasrin nasser natalia
natalie natasha nawal nazanin nermin nesrin nicole niilo nikita nima nina nour noura nuria olga omid orvar osman
ossian otilia paavo pablo pamela parisa parvin patricia paula pauli peder pedro pekka pentti petri petter philip pirjo
pirkko preben rachel rafael rahel rahim ralf ramin ramona rania raquel rashid rauha reino reza riitta rita robert-åke
roberto rolf-erik ronald rosanna rosmarie roza saad sabina sabrina sadia safiya sahra saida sajad saleh salim salma
salman samantha samer sami samia samiha samir sanja sara-maria sauli sead selim selin semir senad shahin shirin siham
simone sindre sinikka slobodan snezana sofija soheil soraya stanislaw stefania steven sulaiman suleiman susanna suzana
svetlana sylvia tadeusz tahir taina tamara tanja tapio tarik tariq tatiana tatjana tauno teemu terttu timo toivo
tomasz tor-björn tuula tyko ulla-karin unni ursula urszula valborg valdemar valentina valeria vanessa veikko vesna
vibeke viola-maria vivi vivianne vladimir waldemar walid wanda werner wiktor winston wolfgang xhevdet yahya yara yasin
yasmina yasmine ylva-li yohannes younes yousef youssef zahra zaid zainab zarah zeinab zelma zeynep zlatan zoe zofia
zohra zoran zuhair åsa-lena åse öjvind
    """.split()  # noqa: SIM905
)

WORDY_FIRST_NAMES: frozenset[str] = frozenset(
    """
ada alm alva bo bror dag dana disa ebbe falk frank gull hans hawa inga iris isa jean jon kaj karl kim klara liv love lovis maj mats mina moses my nur
per roma rosa rose rut saga said sally sam sana sanna sigrun siv sol sten stig sunniva svea sven-bo tim tor ture tuva vide vilde viola violet björn axel
""".split()  # noqa: SIM905
)
"""Names that are ordinary words too: they say something of a person only beside a surname."""
