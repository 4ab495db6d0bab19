"""Every command in one table: its words in Swedish and English, and whether it changes anything.

`begins` are words that open the command; more may follow ("flytta 12 till fredag").
`whole` are lines that mean the command just as they stand ("vad ska jag göra").
"""

from __future__ import annotations

from bot.frozen import dataclass
from bot.rules.spelling import fold


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `name` is the intent. The first word of `sv` and `en` is the one shown to people."""

    name: str
    sv: tuple[str, ...]
    en: tuple[str, ...]
    changes: bool = True
    whole: tuple[str, ...] = ()
    examples: tuple[str, str] = ("", "")  # how a line may go, in Swedish and in English


def _command(name: str, sv: str, en: str, *, changes: bool = True, whole: str = "", eg: str = " | ") -> Command:
    def words(line: str) -> tuple[str, ...]:
        return tuple(each.strip() for each in line.split("|") if each.strip())

    swedish, english = (each.strip() for each in eg.split("|"))
    return Command(name, words(sv), words(en), changes, words(whole), (swedish, english))


COMMANDS: tuple[Command, ...] = (
    _command(
        "action",
        "åtgärd | åtg | ny åtgärd | att göra | göra | uppgift | ny uppgift | kom ihåg | komihåg | glöm inte | glöm inte bort | glöm ej | påminn mig om | påminn mig om att | påminn mig att",
        "action | new action | action item | todo | to do | task | new task | remind me to | don't forget | do not forget",
        eg="åtgärd @bo ringa kommunen senast fredag | action @bo call the municipality by Friday",
    ),
    _command(
        "decision",
        "beslut | nytt beslut | beslutat | beslutade | vi beslutar | vi beslutar att | vi beslutade att | vi har beslutat att | vi beslöt att"
        " | vi bestämmer att | vi bestämde att | vi har bestämt att | beslutar att | bestämt | vi enades om att | vi är överens om att",
        "decision | new decision | decided | we decide that | we decide to | we decided that | we decided to | we have decided that"
        " | we have decided to | we agreed that | we agreed to | agreed",
        eg="beslut: hemtjänsten kommer två gånger om dagen, ansvarig @bo | decision: home care comes twice a day, responsible @bo",
    ),
    _command(
        "done",
        "klar | klart | färdig | färdigt | fixat | fixad | avklarad | avklarat | bock | bocka av | bocka | gjort | gjord | slutförd | slutfört | utförd | utfört"
        " | klarmarkera | löst | har gjort klart | gjort klart | jag har gjort klart | har gjort | jag har gjort | vi har gjort | har fixat | jag har fixat",
        "done | done with | finished | completed | complete | close | tick off | tick | fixed",
        eg="klar 12 hon sover bättre | done 12 she sleeps better",
    ),
    _command(
        "blocked",
        "kommer inte vidare | kommer inte vidare med | kommer ej vidare | kommer ej vidare med | fastnat | fastnade | hinder | kör fast | kört fast | stopp | sitter fast | har fastnat | står still | blockerad | kan inte gå vidare | kan inte gå vidare med | går inte vidare | går inte vidare med",
        "stuck | stuck on | stuck with | blocked | obstacle | can't go on | cannot go on | can't move on",
        eg="kommer inte vidare 12 saknar behörighet | stuck 12 no access",
    ),
    _command(
        "escalate",
        "hissa | hissa upp | lyft | lyfta | eskalera",
        "escalate | lift | raise",
        eg="hissa 12 saknar behörighet | escalate 12 no access",
    ),
    _command(
        "escalate_further",
        "hissa vidare | lyft vidare | eskalera vidare",
        "escalate further | lift further",
        eg="hissa vidare H1 det behövs pengar | escalate further H1 it takes money",
    ),
    _command("take", "jag tar", "i take | i'll take", eg="jag tar H1 | I take H1"),
    _command("ask_group", "fråga gruppen", "ask the group", eg="fråga gruppen H1 vad har ni prövat? | ask the group H1 what have you tried?"),
    _command(
        "answer_escalation",
        "besked | ge besked | lämna besked | svar på ärende",
        "answer matter",
        eg="besked H1 ni får behörighet på måndag | answer matter H1 you get access on Monday",
    ),
    _command("solved", "löst ärende | ärendet är löst", "solved", eg="löst H1 behörigheten är upplagd | solved H1 the access is there"),
    _command("withdraw_matter", "vi löser | vi löser själva", "we solve", eg="vi löser H1 själva | we solve H1 ourselves"),
    _command(
        "change",
        "flytta | skjut | skjut upp | skjut på | skjut fram | senarelägg | tidigarelägg | ändra | ändra datum | byt datum | byt | ändra ansvarig | nytt datum | ge | lämna över | överlåt"
        " | överlämna | ta över | byt ansvarig | ny ansvarig | förläng | lämna",
        "move | postpone | push | push back | change | reschedule | new date | give | assign | hand over | reassign | delay",
        eg="flytta 12 till fredag | move 12 to Friday",
    ),
    _command("edit", "rätta | ändra texten | ändra text | skriv om", "edit | correct | rephrase", eg="ändra 12 till ringa boendet | edit 12: call the ward"),
    _command(
        "cancel",
        "ta bort | tabort | stryk | avbryt | radera | slopa | makulera | släng | glöm | strunta i | skippa",
        "delete | remove | cancel | drop | scrap",
        eg="ta bort 12 | delete 12",
    ),
    _command(
        "reopen",
        "öppna | öppna igen | återöppna | inte klar | inte klart | ej klar | ej klart | är inte klar | inte färdig | jag är inte klar | vi är inte klara",
        "reopen | open again | not done | not finished | i'm not done",
        eg="öppna 12 igen | reopen 12",
    ),
    _command(
        "undo",
        "ångra | ta tillbaka",
        "undo | revert",
        whole="ångra det | ångra det där | ångra det sista | ångra sista | ångra det jag skrev | ångra mig | ångra senaste | ångra det senaste | jag ångrar mig | ångrar | ångrar mig | fel | det blev fel | det var fel"
        " | fel av mig | oj fel | oops | hoppsan | ta tillbaka det | undo that | undo it | undo last | that was wrong | my mistake | take it back",
        eg="ångra | undo",
    ),
    _command(
        "outcome",
        "hjälpte | hjälpte inte | hjälpte delvis | hjälpte lite",
        "helped | did not help | didn't help | partly helped",
        eg="12 hjälpte delvis | 12 partly helped",
    ),
    _command(
        "schedule",
        "möte | möten | ny mötestid | mötestid | veckomöte | träff | träffar | vi ses | vi träffas | vi möts | boka möte | boka in möte | boka ett möte | nytt möte"
        " | planera möte | lägg in möte | schemalägg möte | extramöte | extra möte | mötestider | mötena | mötet | mötet är | mötena är | avstämning | veckoavstämning",
        "meeting | meetings | weekly meeting | weekly meetings | we meet | schedule meeting | schedule a meeting | schedule meetings | book a meeting | new meeting"
        " | meeting time | extra meeting",
        eg="möte tisdagar 13:00 | meeting Tuesdays 13:00",
    ),
    _command(
        "use_meeting",
        "använd mötet | använd kalendermötet | använd möte | använd kalendermöte | använd mötet i kalendern | använd vårt möte | använd det befintliga mötet | ta över mötet",
        "use the meeting | use meeting | use the calendar meeting | use our meeting | use the existing meeting | take over the meeting",
        eg="använd mötet Teammöte tall | use the meeting Team meeting pine",
    ),
    _command(
        "suggest_time",
        "föreslå tid | föreslå en tid | föreslå mötestid | föreslå en mötestid | föreslå mötestider | föreslå tider | hitta tid | hitta en tid | hitta mötestid | hitta en mötestid",
        "suggest time | suggest a time | suggest times | suggest a meeting time | suggest meeting times | find a time | find time | find a meeting time | propose time | propose a time",
        changes=False,
        eg="föreslå tid 30 min | suggest time 30 min",
    ),
    _command(
        "reschedule",
        "flytta mötet | flytta alla möten | flytta mötena | flytta möte | flytta nästa möte | byt mötestid | ändra mötestid | ändra mötestiden | byt mötesdag"
        " | ändra mötet | flytta fram mötet | flytta upp mötet | skjut upp mötet | skjut på mötet | skjut fram mötet | senarelägg mötet | tidigarelägg mötet"
        " | vi flyttar mötet | flytta träffen | mötet flyttas | möten flyttas | mötena flyttas | mötet blir | boka om mötet | omboka mötet | flytta vårt möte | skjut mötet | skjuta mötet",
        "move the meeting | move meeting | move all meetings | reschedule the meeting | reschedule meeting | move the meetings | change meeting time"
        " | change the meeting time | postpone the meeting | postpone meeting | we move the meeting | change the meeting | move our meeting | move next meeting"
        " | move the next meeting | reschedule all meetings",
        eg="flytta mötet till onsdag kl 10 | move the meeting to Wednesday at 10",
    ),
    _command(
        "cancel_meeting",
        "ställ in mötet | ställ in möte | ställ in mötena | ställ in alla möten | ställ in nästa möte | ställ in träffen | ställ in | vi ställer in mötet | vi ställer in"
        " | inget möte | inga möten | ingen träff | hoppa över mötet | hoppa över | avboka mötet | avboka möte | avboka | vi hoppar över mötet | stryk mötet"
        " | ta bort mötet | inställt möte | mötet ställs in | mötet är inställt | mötet inställt | möte inställt | det blir inget möte | vi har inget möte | avlys mötet",
        "cancel the meeting | cancel meeting | cancel meetings | cancel the meetings | cancel all the meetings | cancel our meetings | cancel all meetings | cancel next meeting | cancel the next meeting | no meeting | no meetings"
        " | skip the meeting | skip meeting | skip | call off the meeting | call off | we skip the meeting | we cancel the meeting | the meeting is cancelled | meeting cancelled",
        eg="ställ in mötet v 52 | cancel the meeting week 52",
    ),
    _command(
        "start_meeting",
        "starta mötet",
        "start the meeting",
        whole="starta | starta möte | starta mötet | starta mötet nu | börja mötet | börja möte | öppna mötet | mötet börjar | mötet börjar nu | nu börjar mötet"
        " | nu börjar vi | nu kör vi | nu kör vi mötet | då kör vi | då kör vi mötet | vi kör mötet | vi börjar | vi börjar mötet | då börjar vi | då börjar vi mötet | nu startar vi | nu startar vi mötet | kör igång mötet"
        " | dra igång mötet | sätt igång mötet | starta veckomötet | mötet startar | mötet startar nu | vi startar mötet | vi startar | starta träffen"
        " | start | start meeting | start the meeting | begin meeting | begin the meeting | open the meeting | the meeting starts | let's start"
        " | let's start the meeting | let's begin | start the meeting now",
        eg="starta mötet | start the meeting",
    ),
    _command(
        "end_meeting",
        "avsluta mötet",
        "end the meeting",
        whole="avsluta | avsluta möte | avsluta mötet | stäng mötet | stoppa mötet | slut på mötet | mötet är slut | mötet slut | mötet är över | mötet avslutas"
        " | mötet är avslutat | vi avslutar | vi avslutar mötet | nu avslutar vi | nu avslutar vi mötet | nu är mötet slut | då avslutar vi | då avslutar vi mötet"
        " | avrunda mötet | avsluta mötet nu | mötet klart | möte slut | vi är klara med mötet"
        " | end | end meeting | end the meeting | close the meeting | close meeting | finish the meeting | finish meeting | stop the meeting"
        " | the meeting is over | meeting over | the meeting ends | let's end the meeting | end the meeting now | we end the meeting",
        eg="avsluta mötet | end the meeting",
    ),
    _command(
        "reopen_meeting",
        "öppna mötet igen",
        "reopen the meeting",
        whole="öppna mötet igen | öppna igen | återöppna mötet | återöppna | öppna om mötet | starta om mötet | reopen the meeting | reopen meeting | reopen",
        eg="öppna mötet igen | reopen the meeting",
    ),
    _command("extend", "förläng mötet | förläng mötet med", "extend the meeting | extend meeting | extend the meeting by", eg="förläng mötet 15 min | extend the meeting 15 min"),
    _command(
        "attend",
        "närvarande | närvaro | här är | med idag | med i dag | deltagare | på plats | gäst | gäster | besökare",
        "present | attendance | attending | here are | participants | guest | guests | visitor | visitors",
        eg="närvarande: @anna @bo | present: @anna @bo",
    ),
    _command("park", "parkera | till parkeringen", "park | parking lot", eg="parkera frågan om taxi | park the taxi question"),
    _command(
        "agenda",
        "dagordning",
        "agenda",
        changes=False,
        whole="dagordning | dagordningen | agenda | agendan | visa dagordning | visa dagordningen | visa agendan | vad står på dagordningen | vad är på dagordningen"
        " | vad ska vi ta upp | vad tar vi upp | vad ska vi prata om | vad ska vi gå igenom | dagordning till nästa möte | dagordning nästa möte | mötets dagordning"
        " | vad har vi på dagordningen | vad är på agendan | vad står på agendan"
        " | the agenda | show agenda | show the agenda | what is on the agenda | what's on the agenda | next agenda",
        eg="dagordning | agenda",
    ),
    _command(
        "agenda_add",
        "ta upp | punkt | ny punkt | till dagordningen | på dagordningen | lägg till punkt | lägg till en punkt | lägg till på dagordningen | lägg på dagordningen"
        " | ta upp på mötet | att ta upp | till mötet | till nästa möte | tas upp | lägg till dagordningen | patientens punkt | patientens egen punkt | prata om | diskutera",
        "bring up | talk about | discuss | agenda point | agenda item | add to agenda | add to the agenda | to the agenda | on the agenda | point | for the agenda | raise at the meeting"
        " | patient's point | add agenda point | add agenda item",
        eg="ta upp sömnen | bring up sleep",
    ),
    _command(
        "mine",
        "mina",
        "mine",
        changes=False,
        whole="mina | mina åtgärder | mina saker | mina grejer | mina öppna åtgärder | mitt | vad ska jag göra | vad ska jag göra idag | vad ska jag göra i dag"
        " | vad ska jag göra nu | vad ska jag göra i veckan | vad har jag | vad har jag att göra | vad har jag att göra idag | vad har jag kvar | vad har jag kvar att göra"
        " | vad är mitt | vad ligger på mig | min lista | min att göra-lista | visa mina | visa mina åtgärder | lista mina | lista mina åtgärder | vad har jag lovat"
        " | vad står på mig | mina försenade | vad väntar på mig | vad måste jag göra"
        " | mine | my actions | my tasks | my list | my todo | my to-dos | what do i have | what do i have to do | what should i do | what must i do | show mine"
        " | what's mine | what is mine | what is on me | show my actions | list mine | list my actions | my open actions | what do i have left",
        eg="mina | mine",
    ),
    _command(
        "home",
        "min sida",
        "my page",
        changes=False,
        whole="min sida | hem | visa min sida | min startsida | startsida | startsidan | my page | home | home page | show my page",
        eg="min sida | my page",
    ),
    _command(
        "my_data",
        "mina uppgifter",
        "my data",
        changes=False,
        whole="mina uppgifter | visa mina uppgifter | alla mina uppgifter | mina personuppgifter | mina data | min data | registerutdrag | mitt registerutdrag | vad vet du om mig"
        " | vad har du om mig | vad har du sparat om mig | vad sparar du om mig | vad finns sparat om mig | vad är sparat om mig | vad finns om mig | vad står det om mig"
        " | vilka uppgifter har du om mig | vilka uppgifter finns om mig | vilka uppgifter sparar du om mig"
        " | my data | show my data | my details | my personal data | what do you know about me | what do you have on me | what do you keep about me | what is kept about me"
        " | what have you saved about me | what is stored about me",
        eg="mina uppgifter | my data",
    ),
    _command(
        "access_log",
        "vem har sett | åtkomstlogg",
        "who has seen | access log",
        changes=False,
        whole="vem har sett | vem har sett vad | vem har sett mina uppgifter | vem har sett uppgifter om mig | vem har sett om mig | vem har sett mig | vem har sett det"
        " | vem har läst | vem har läst om mig | vem har läst mina uppgifter | vem har tittat | vem har tittat på mig | vem har tittat på mina uppgifter | vilka har sett mina uppgifter"
        " | vilka har sett | vilka har läst om mig | vilka har tittat på mina uppgifter | vem ser mina uppgifter | vilka ser mina uppgifter | vem kan se mina uppgifter"
        " | vem har sett gruppen | vem har sett vår grupp | vem har läst om gruppen | vem har läst om oss | vem har sett oss | vilka har sett gruppen | vilka har läst om oss"
        " | åtkomstlogg | åtkomstloggen | visa åtkomstloggen | visa åtkomstlogg | åtkomst"
        " | who has seen | who has seen what | who has seen my data | who has seen me | who has read about me | who has looked at my data | who has seen the group"
        " | who has seen our group | who has read about us | who can see my data | access log | the access log | show the access log",
        eg="vem har sett mina uppgifter | who has seen my data",
    ),
    _command(
        "list",
        "lista | åtgärder | visa åtgärder | lista åtgärder",
        "list | actions | show actions | list actions | tasks",
        changes=False,
        whole="lista | listan | lista alla | lista allt | lista öppna | åtgärder | åtgärderna | åtgärdslista | åtgärdslistan | öppna åtgärder | alla åtgärder | visa listan"
        " | visa åtgärder | visa alla åtgärder | visa alla | vad är öppet | vad är inte klart | vad är inte klart än | vad är inte gjort | vad är kvar | vad återstår | vem gör vad | vad är på gång | vad har vi kvar | vad har vi kvar att göra | gruppens åtgärder"
        " | vad har vi att göra | vad ska vi göra | vilka åtgärder har vi | vilka åtgärder är öppna | vad har vi öppet | öppet | visa öppna åtgärder | visa öppna"
        " | list | the list | list all | actions | all actions | open actions | list open | show list | show the list | what is open | what's open | who does what"
        " | what is not done | what's not done | what is left | what's left | tasks | open tasks | show open actions | what do we have to do",
        eg="lista | list",
    ),
    _command(
        "group",
        "grupp | om gruppen | gruppen",
        "group | about the group",
        changes=False,
        whole="grupp | gruppen | om gruppen | visa gruppen | visa grupp | vår grupp | gruppkort | gruppkortet | vilka är med | vilka är med i gruppen | vem är med i gruppen | vilka ingår i gruppen | vilka är vi"
        " | vem är kontaktperson | vem är kontaktpersonen | vem är mötesledare | medlemmar | visa medlemmar | när är nästa möte | nästa möte | när ses vi"
        " | när är mötet | när har vi möte | när träffas vi | vem är med | vilka är medlemmar | när ses vi nästa gång | vad är målet | vad får vi besluta själva"
        " | group | the group | our group | about the group | about us | show group | show the group | who is in the group | who are we | who is the contact person"
        " | who is contact person | who is facilitator | members | show members | when is the next meeting | next meeting | when do we meet | when is the meeting",
        eg="grupp | group",
    ),
    _command(
        "digest",
        "veckoöversikt | veckoöversikten | veckobrev | veckobrevet | översikt | översikten | veckorapport",
        "weekly digest | digest | overview | weekly overview | weekly report",
        changes=False,
        eg="veckoöversikt v48 alla | weekly digest week 48 all",
    ),
    _command(
        "record",
        "till diariet | protokoll till diariet | protokollet till diariet | minnesanteckningar till diariet | minnesanteckningarna till diariet | diarieför | diarieföra"
        " | diarieför mötet | diarieför protokollet | diarieför minnesanteckningarna | diariet",
        "public record | to the public record | minutes to the public record | minutes for the public record | file the minutes | file the meeting",
        changes=False,
        eg="protokoll till diariet | minutes to the public record",
    ),
    _command(
        "summary",
        "sammanfattning | sammanfattningen | sammanfatta | minnesanteckningar | minnesanteckningarna | protokoll | protokollet",
        "summary | summarise | summarize | minutes | meeting minutes | the minutes",
        changes=False,
        whole="sammanfattning av mötet | sammanfatta mötet | senaste mötet | förra mötet | visa senaste mötet | visa sammanfattning | visa protokoll | visa protokollet"
        " | vad bestämde vi | vad bestämde vi senast | vad bestämdes | vad kom vi fram till | vad sa vi förra mötet | vad bestämde vi förra mötet"
        " | visa minnesanteckningar | sammanfattning av senaste mötet | vad bestämdes på mötet"
        " | last meeting | show summary | show minutes | show the minutes | what did we decide | what did we agree | summary of the meeting | summarise the meeting",
        eg="sammanfattning | summary",
    ),
    _command(
        "decisions",
        "beslutslogg | beslutsloggen | besluten | visa beslut | visa besluten | lista beslut | alla beslut",
        "decision log | decisions | show decisions | list decisions",
        changes=False,
        whole="beslut | vilka beslut har vi | vilka beslut har vi tagit | våra beslut | senaste besluten | the decisions | what decisions have we made",
        eg="beslutslogg | decision log",
    ),
    _command(
        "lifted",
        "hissade | hissade ärenden | visa hissade | lista hissade",
        "lifted | lifted matters | escalated | escalations",
        changes=False,
        whole="hissat | vad är hissat | vad har vi hissat | våra hissade | hissade frågor | vilka väntar på besked | vad väntar på besked | väntar på besked"
        " | vilka väntar på svar | vad väntar på svar | väntar på svar | vad väntar vi på | vad väntar vi på besked om | vad väntar vi på svar på | vilka väntar vi på"
        " | har vi fått besked | har vi fått svar | har det kommit besked | har det kommit svar | vad har vi inte fått svar på"
        " | what is waiting for an answer | what waits for an answer | waiting for an answer | what are we waiting for | have we got an answer | what is lifted | what is escalated | what have we escalated | list lifted",
        eg="hissade | lifted",
    ),
    _command("show", "visa", "show", changes=False, eg="visa 12 | show 12"),
    _command("search", "sök | sök efter | leta efter | sök på | sök bland beslut", "search | search for | look for | find", changes=False, eg="sök smärta | search pain"),
    _command(
        "help",
        "hjälp",
        "help",
        changes=False,
        whole="hjälp | hjälp mig | hjälp tack | hjälp oss | kan du hjälpa mig | kan du hjälpa oss | jag behöver hjälp | jag vill ha hjälp | vad kan du | vad kan du göra"
        " | vad kan jag göra | vad kan jag skriva | vad kan jag göra här | hur gör jag | hur gör man | hur funkar det | hur funkar du | hur fungerar det | hur fungerar du"
        " | kommandon | hur använder jag dig | vad gör du | vem är du | instruktioner | manual | ? | ?? | hur funkar det här | hur fungerar det här | hur funkar detta | hur fungerar detta | vad kan man göra"
        " | help | help me | i need help | can you help me | can you help | what can you do | what can i do | what can i write | how does it work | how do you work"
        " | how does this work | commands | who are you | what do you do | how do i do | instructions",
        eg="hjälp möte | help meeting",
    ),
    _command(
        "aim",
        "målet är | mål | målet | det viktigaste | viktigast | det viktigaste är | viktigast är | patientens mål | nytt mål | vårt mål | ändra målet till",
        "aim | the aim | goal | the goal | what matters most | the aim is | what matters most is | new aim | the goal is",
        eg="det viktigaste: fler smärtfria timmar | what matters most: more pain-free hours",
    ),
    _command(
        "contact_person",
        "kontaktperson | kontaktperson är | ny kontaktperson | byt kontaktperson | byt kontaktperson till | kontaktperson blir | kontaktpersonen är",
        "contact person | contact person is | new contact person | change contact person to | the contact person is",
        eg="kontaktperson @anna | contact person @anna",
    ),
    _command(
        "stand_in",
        "ersättare för kontaktperson | ersättare för kontaktpersonen | ersättare | vikarie | kontaktpersonens ersättare | ersättare för kontaktperson är | vikarie för kontaktpersonen",
        "stand-in for the contact person | stand-in for contact person | stand-in | deputy | contact person's stand-in | deputy contact person",
        eg="ersättare för kontaktperson @bo | stand-in @bo",
    ),
    _command(
        "facilitator",
        "mötesledare | mötesledare är | ny mötesledare | samtalsledare | byt mötesledare | byt mötesledare till | mötesledare blir",
        "facilitator | facilitator is | facilitators | new facilitator | change facilitator to | meeting leader",
        eg="mötesledare @eva | facilitator @eva",
    ),
    _command(
        "consent",
        "samtycke | samtycke finns | samtycke givet | samtycke gäller | nytt samtycke | medgivande | medgivande om datadelning | samtycket gäller | förnya samtycket | förnyat samtycke"
        " | förläng samtycket | förläng samtycke | förlänga samtycket | samtycket förlängs | samtycke förlängs | samtycket är förlängt | samtycket förlängt | samtycket förlängs med",
        "consent | consent given | new consent | consent is valid | the consent is valid | extend the consent | extend consent | consent extended | the consent is extended | prolong the consent",
        eg="samtycke till 2027-11-23 Arvika kommun, Region Värmland | consent until 2027-11-23 Arvika kommun, Region Värmland",
    ),
    _command(
        "consent_withdrawn",
        "samtycke återkallat | samtycket återkallat | samtycket är återkallat | samtycke återkallas | samtycket återkallas | medgivandet återkallas | medgivande återkallat"
        " | medgivandet återkallat | medgivandet är återkallat | återkalla samtycke | återkalla samtycket | återkalla medgivandet | samtycket dras tillbaka | dra tillbaka samtycket"
        " | återkallat samtycke | återkallar samtycke | återkallar samtycket | ta tillbaka samtycket | samtycket upphör | samtycket har återkallats | samtycket har dragits tillbaka",
        "consent withdrawn | withdraw consent | withdraw the consent | consent is withdrawn | consent revoked | revoke consent | withdrawn consent | the consent is withdrawn"
        " | consent has been withdrawn",
        eg="samtycke återkallat | consent withdrawn",
    ),
    _command(
        "first_meeting", "första mötet", "first meeting", whole="första mötet | guida första mötet | first meeting | the first meeting",
        eg="första mötet | first meeting",
    ),
    _command(
        "protect_name", "skydda namnet | skydda namn | skydda namnen | skydda", "protect the name | protect name | protect",
        eg="skydda namnet Selma Svensson | protect the name Selma Svensson",
    ),
    _command(
        "unprotect_name", "sluta skydda namnet | sluta skydda namn | sluta skydda | skydda inte namnet", "stop protecting the name | stop protecting",
        eg="sluta skydda namnet Selma Svensson | stop protecting the name Selma Svensson",
    ),
    _command(
        "away",
        "borta | är borta | jag är borta | ledig | jag är på semester | på semester | är på semester | jag går på semester | jag är ledig | jag är bortrest | semester | jag har semester | jag har ledigt | sjuk | jag är sjuk | sjukskriven | jag är sjukskriven"
        " | vab | vabbar | jag vabbar | vård av barn | föräldraledig | jag är föräldraledig | tjänstledig | jag är tjänstledig | frånvaro | frånvarande | jag är frånvarande"
        " | bortrest | på kurs | jag är på kurs | ledighet | har ledigt | har semester | är ledig | är sjuk | jag tar ledigt | jag kommer vara borta | jag blir borta",
        "away | i'm away | i am away | off | i'm off | i am off | on leave | i'm on leave | i am on leave | sick | i'm sick | i am sick | vacation | holiday | on holiday"
        " | i'm on holiday | on vacation | i'm on vacation | i am on vacation | i am on holiday | out of office | absent | i will be away | i'll be away",
        eg="borta 1–14 juli ersättare @bo | away 1–14 July stand-in @bo",
    ),
    _command(
        "back",
        "tillbaka | jag är tillbaka",
        "back | i'm back",
        whole="tillbaka | jag är tillbaka | är tillbaka | tillbaka idag | tillbaka i dag | jag är tillbaka igen | tillbaka igen | tillbaka på jobbet | jag är tillbaka på jobbet"
        " | åter i tjänst | frisk igen | jag är frisk igen | åter | jag är åter | nu är jag tillbaka | jag är tillbaka nu"
        " | back | i'm back | i am back | back at work | back again | i'm back at work | back today",
        eg="tillbaka | back",
    ),
    _command(
        "time_spent",
        "tid | lagt tid | tidsstudie | tidsåtgång | nedlagd tid | la ner | lade ner | lagt ner | jag la ner | jag lade ner | jag la | jag lade | la | lade | det tog | tog | lagt",
        "time | time spent | time study | spent | i spent | it took | took",
        eg="tid 12 20 min | time 12 20 min",
    ),
    _command("question", "fråga | frågar | fråga till | snabbfråga | ny fråga | jag vill fråga", "ask | question | question to | question for", eg="fråga @bo har hon fått tiden? | ask @bo has she got the time?"),
    _command("answer", "svar | svara | svar på | svara på", "answer | reply | answer to", eg="svar 3 ja hon fick tid | answer 3 yes she did"),
    _command(
        "lesson",
        "lärdom | ny lärdom | lärdomar | vi har lärt oss att | vi har lärt oss | vi lärde oss att | vi lärde oss | lärt oss",
        "lesson | new lesson | lesson learnt | lesson learned | lessons | we learnt that | we learned that",
        eg="lärdom: ring före åtta | lesson: call before eight",
    ),
    _command("mandate", "mandat | vårt mandat | mandatet är", "mandate | our mandate", eg="mandat: ändra tider själva | mandate: change times ourselves"),
    _command("new_group", "ny grupp | starta grupp | skapa grupp | starta ny grupp | skapa ny grupp | starta en grupp | skapa en grupp | starta grupp här", "new group | create group | start group | start a group | create a group", eg="ny grupp tall @anna @bo | new group pine @anna @bo"),
    _command("members_add", "lägg till | bjud in | ny medlem | lägg till medlem | nya medlemmar", "add | invite | new member | add member", eg="lägg till @bo | add @bo"),
    _command("members_remove", "ta bort medlem", "remove member", eg="ta bort @bo | remove @bo"),
    _command(
        "leave",
        "lämna gruppen",
        "leave the group",
        whole="lämna gruppen | lämna grupp | jag lämnar gruppen | jag lämnar | jag slutar | jag slutar i gruppen | gå ur gruppen | gå ur | jag går ur gruppen | jag går ur"
        " | leave | leave group | leave the group | i leave the group | i'm leaving the group | quit the group",
        eg="lämna gruppen | leave the group",
    ),
    _command("pause", "pausa | pausa gruppen | pausa mötena | pausa möten | paus | vi pausar | vila | vi vilar | gruppen vilar | låt gruppen vila | sommaruppehåll | juluppehåll | uppehåll | gör uppehåll | vi gör uppehåll | tar uppehåll | vi tar uppehåll | ta uppehåll | sommarpaus | jullov", "pause | pause the group | pause group | pause meetings | summer break | break", eg="pausa till 15 augusti | pause until 15 August"),
    _command(
        "resume",
        "väck gruppen",
        "resume",
        whole="väck gruppen | väck grupp | väck | återuppta | återuppta gruppen | återuppta mötena | starta igen | starta gruppen igen | sätt igång igen | avsluta pausen"
        " | resume | resume the group | resume group | wake the group | resume meetings | wake up the group | end the pause",
        eg="väck gruppen | resume",
    ),
    _command("close_group", "avsluta gruppen | avsluta grupp | stäng gruppen | stäng grupp | lägg ner gruppen | vi avslutar gruppen", "close the group | close group | end the group | we close the group", eg="avsluta gruppen: ring före åtta | close the group: call before eight"),
    _command("settings", "inställningar | mina inställningar | påminn mig | påminnelse | påminnelser | påminnelser kl | slå på påminnelser | slå på påminnelserna | jag jobbar | jag arbetar | jobbar | arbetar | arbetstid | arbetstider | språk | byt språk till | byt språk", "settings | my settings | remind me | remind me at | reminders | reminder | turn on reminders | i work | i don't work | i do not work | working hours | language | change language to", eg="påminn mig 8:15 | remind me at 8:15"),
    _command(
        "remind_off",
        "inga påminnelser",
        "no reminders",
        whole="inga påminnelser | påminn mig inte | stäng av påminnelser | stäng av påminnelserna | sluta påminna | sluta påminna mig | stoppa påminnelser | stoppa påminnelserna | slå av påminnelser"
        " | no reminders | don't remind me | do not remind me | turn off reminders | stop reminding me | stop reminders",
        eg="inga påminnelser | no reminders",
    ),
    _command("subscribe", "prenumerera | prenumerera på veckoöversikt | prenumerera på veckoöversikten | prenumerera på veckobrev | prenumerera på veckobrevet | skicka veckoöversikt | skicka veckobrev", "subscribe | subscribe to weekly digest | subscribe to the weekly digest", eg="prenumerera fredagar 14 | subscribe Fridays 14"),
    _command(
        "unsubscribe",
        "sluta prenumerera",
        "unsubscribe",
        whole="sluta prenumerera | avprenumerera | avsluta prenumeration | avsluta prenumerationen | säg upp prenumerationen | stoppa prenumerationen | sluta skicka veckoöversikt"
        " | sluta skicka veckobrev | sluta prenumerera på veckoöversikten | unsubscribe | stop subscription | stop the subscription | stop the weekly digest",
        eg="sluta prenumerera | unsubscribe",
    ),
    _command(
        "todo_link",
        "koppla todo",
        "link todo",
        whole="koppla todo | koppla to do | koppla ihop todo | koppla ihop to do | koppla min todo | koppla till todo | koppla till to do | koppla min to do | link todo | link to do | connect todo | connect to do | link my todo | link my to do",
        eg="koppla todo | link todo",
    ),
    _command(
        "todo_unlink",
        "koppla bort todo",
        "unlink todo",
        whole="koppla bort todo | koppla bort to do | koppla från todo | koppla från to do | unlink todo | unlink to do | disconnect todo | disconnect to do",
        eg="koppla bort todo | unlink todo",
    ),
    _command("phone", "mitt nummer | mitt nr | mitt tel | mitt telefonnummer | min telefon | mitt mobilnummer | mitt nummer är | mitt telefonnummer är", "my number | my phone | my phone number | my number is | my phone number is", eg="mitt nummer 070-123 45 67 | my number 070-123 45 67"),
    _command(
        "calendar",
        "kalender | kalendern",
        "calendar",
        changes=False,
        whole="kalenderlänk | kalenderlänken | prenumerera på kalendern | calendar link | subscribe to the calendar | kalender | kalendern | min kalender | vår kalender | gruppens kalender | möten i kalendern | mötena i kalendern | lägg mötena i min kalender"
        " | visa kalendern | länk till kalendern | ny kalenderlänk | mina möten i kalendern"
        " | calendar | my calendar | the calendar | our calendar | calendar feed | new calendar link | meetings in my calendar",
        eg="kalender | calendar",
    ),
)

BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}
CHANGES: frozenset[str] = frozenset(command.name for command in COMMANDS if command.changes)


def _phrases(pick: str) -> dict[str, tuple[str, str]]:
    """Folded words -> (intent, the words with their dots)."""
    found: dict[str, tuple[str, str]] = {}
    for command in COMMANDS:
        for words in command.whole if pick == "whole" else command.sv + command.en:
            found.setdefault(fold(words), (command.name, words))
    return found


BEGINS: dict[str, tuple[str, str]] = _phrases("begins")
WHOLE: dict[str, tuple[str, str]] = _phrases("whole")
LONGEST: int = max(len(words.split()) for words in BEGINS)
