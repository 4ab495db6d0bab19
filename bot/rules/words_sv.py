"""Swedish words the reading of commands leans on: what people do, and words that are no slips for a command."""

from __future__ import annotations

from bot.rules.spelling import words_of

# What owners do, in the infinitive. Irregular present forms are listed beside; regular ones are made from these.
INFINITIVES = words_of(
    """
    ansöka anmäla ansvara anpassa anteckna anlita arbeta arrangera avboka avsluta bedöma begära berätta beskriva beställa besluta
    bestämma besöka betala bevaka bistå bjuda boka byta be bygga dela diskutera dokumentera dra dubbelkolla duscha efterfråga efterlysa
    eftersöka erbjuda ersätta fixa flytta formulera fortsätta fråga fylla följa förbereda föreslå förklara förlänga förmedla förnya förse
    försöka ge genomföra granska göra gå handla handleda hantera hitta hjälpa hålla hämta hänvisa höra identifiera informera
    inhämta inleda installera instruera intervjua introducera inventera justera kalla kartlägga klargöra klippa kolla kontakta kontrollera
    konsultera komma komplettera koordinera kopiera köpa köra kräva laga leda leta leverera lyfta lyssna låna lägga lämna lära läsa lösa
    maila mejla mejla meddela messa montera motivera mäta möta nå ombesörja omboka ordna ordinera organisera packa planera plocka
    prata presentera prioritera prova provta pröva påbörja påminna rapportera redovisa registrera remittera rensa reparera revidera ringa
    rådfråga rådgöra räkna sammankalla sammanfatta sammanställa samordna samla samtala scanna se sjukskriva skaffa skanna skapa skicka
    skjutsa skriva sköta smörja sms:a smsa spela stanna starta stämma stötta stödja städa stänga svara synka säga säkerställa säkra
    sända sätta söka ta tala testa tillfråga titta träffa träna tvätta tänka undersöka underteckna uppdatera uppmana uppmuntra upprätta
    utbilda utforma utreda utse utvärdera vaccinera verifiera visa vidarebefordra väcka väga välja vända åka åtgärda återkalla återkomma
    återkoppla återrapportera äta öka öppna öva överföra överlämna översätta
    """
)
_IRREGULAR = words_of("""
    ber drar får ger gör går når ser tar åker säger förser utser föreslår bistår gör lär stödjer väljer vänder sätter
    """)
PRESENT = frozenset(
    [word + "r" for word in INFINITIVES]
    + [word[:-1] + "er" for word in INFINITIVES if word.endswith("a")]
    + [word[:-1] for word in INFINITIVES if word.endswith(("öra", "ära", "åla"))]
    + sorted(_IRREGULAR)
)
# Orders that are not spelt as the infinitive ("boka" is), but for those that are nouns as well ("svar", "hjälp").
IMPERATIVES = words_of(
    """
    ansök begär bestäm beställ besök bjud byt fyll följ förbered genomför hör inför klipp köp kör lägg lös läs mät möt påminn ring rådgör
    sammanställ skriv ställ stäm stäng säkerställ sänd sätt sök undersök väck välj väg återkom överför översätt
    """
)
# What a person promises by saying it in the present, with no command word: "jag ringer vårdcentralen i morgon".
PROMISES = words_of(
    """
    ringer bokar kontaktar kollar skriver skickar mejlar mailar beställer hämtar ordnar fixar besöker ansöker anmäler samordnar undersöker
    utreder frågar kallar informerar meddelar bevakar återkopplar följer stämmer lämnar bjuder förbereder sammanställer uppdaterar dokumenterar
    remitterar faxar avbokar ombokar beställer begär säkerställer rapporterar återkommer handlar köper pratar talar hör läser
    """
)
# What the action of a number is called, folded: "flytta tolvan".
NUMBERED = {
    word: number
    for number, word in enumerate(
        ["ettan", "tvaan", "trean", "fyran", "femman", "sexan", "sjuan", "attan", "nian", "tian", "elvan", "tolvan", "trettonan", "fjortonan", "femtonan", "sextonan", "sjuttonan", "artonan", "nittonan", "tjugan"],
        1,
    )
}
# Between the owner and what is to be done: "Bo ska ringa", "Anna får boka".
MODALS = words_of("ska skall får behöver måste kan bör")

# First names that are ordinary words too: they are taken for a person only where a person is plainly meant.
WORDY_NAMES = words_of("bo dag tor maj sten stig björn my liv love saga vilja per alva siv sol sally mark will may rose joy grace")

# Things said after "jag ringer" that are no object: it is talk, not a promise to keep track of.
SMALL_TALK_OBJECTS = words_of("dig er det den detta allt sen sedan nu snart tillbaka strax igen upp dej honom senare in hem")

# Ordinary words within a slip or two of a command word. They are never corrected to one.
ORDINARY = words_of(
    """
    lisa listan listor lasta rista vista gista mista minna minne minnet sina dina fina vina mena menar minst mita mitt kina rena klara klarar klarade
    klan klart klar klarna karta kart kära klä klär kal kalla klarat snart svart svar svår svårt svara vara varit flytt flytten flyttar flyttat
    hissen hiss hissar vissa visst kissa kissar kissat pissa missa missar hitta hittar titta sitta borsta borstar borsten bort
    borde borde behövs behövdes behov korta korta mötet möter möta möts mote mod moder möten mörte fråga frågan frågor frågar frågade frågat
    beslut beslutet beslutat beslutar hjälp hjälpa hjälper hjälpt hjälpte hjälpts hjälm stryka stryker styrka styrk styr stryk tryck trycka
    ånga åka punkten punkter punkt lärd lärde lärdes läsning bocka boka bokar bokad bok backa backar baka bakar läger lägga ligga ligger
    lyfta lyfter lyft luft loft skift skiss skjuts skjutsa skut skjuta skjutit flyttning visa visar vita vila vilar vill viss visades vida vise
    starka start starkt statt stark starta startar startat startade stanna stannar stad städa städar stopp stoppa stoppar strapp
    pausen pause pausar parkera parkerar parkering passa passar pasta paus pusha ring ringa ringde ringt
    salt samt samtal samtalet samtyckt lista linda lilla lite liten listig list lust lyssna sluta slutar slutat slut slutet slutade skuta
    grupp gruppen gruppens grupper grupps kropp kroppen trupp trapp trappa trappan agendan agera mandel mandeln mandat
    ledig ledigt lediga ledigheter ledis borta bortse bokat sjuk sjukt sjuka sjukan sjunka sjunger tidig tider tiden tid tidens
    delta deltar dela delar delat avbryta avbryter avbrott arbeta avgår radera rader raden radar ändra ändrar ändrat andra andras undra undrar undrade ändras hundra
    ångrar ångrade ånger överallt översikt översikten ersatt ersätta ersätts svarar svarat svarade språk spräck spåk språket
    personen person personer kontakt kontakta kontakter mejla målet mål måla målat mat måla hel hela helt helg hals pappa mamma
    punkta runt punkter tomat frukt frukost trakt akut akuta saker säker sakta slakta vakna vaknar valla valet vilket vilka hinner hindra hindrar
    hind vind hinner hindrat fast fasta fastna fastnar fästa färdiga färdigt farlig fartyg fixa fixar fixar fixade fika fikar maxat fixad mixat
    avsluta avslutar avslutat avslutning sök söka söker sökt sjö sockor soka socka socker skriv skriver skola
    nått något nånting tack tacka tackar tagga taggar hejsan hallå måste mest mesta masta mästa fest festa resa resar prova provar
    toppen tomten topp sopp sopor sopa stopp skopa stå står stad sommar sommaren sommarens sommarlov kram kramar kul jul
    fattas fattar fattade fattat hemma halv halva halka halkade hålla håller hållit sälla ställa ställer ställe stället ställ stall stål
    närvara nära närma närvaron närhet närheten park parken parkett visning visningen dagning dagning
    note more mode move love live meat meeting greeting seating eating dine line mine fine nine mind done gone none one dune tone
    list last lost lift left life help held hell herp kelp agenda sum summer summary cancel cancer canned undo under stuck stick stack
    struck search seat stop step away awake group grow grown growth digest direct consent content content decide decided aim arm aid air time
    times tile tired question questions lesson lessen less absent present resent notes notice minutes minute back pack bank black show shown
    slow snow how close clothes chose loose leave leaf learn answer another park dark mark part pause cause paused resume assume
    phone alone hone stand sand send spend attend add and ad remove removed resolve fixed mixed
    """
)

# A line that begins so tells, asks or wonders; it is not a command.
TALK_STARTS = words_of(
    """
    är har hade ska skall ska kan kunde skulle vem vad när var varför hur vilken vilket vilka om ifall huruvida kanske undrar tror trodde
    tänk fast medan eftersom för innan efter så att det den de dom hon han man nån någon inte aldrig ingen inga inget
    """
)
