#!/usr/bin/env python3
"""Writes the text the benchmarks run on: made-up articles, clean and faulty.

    make_prose.py --clean-mb 20 --dirty-mb 20 --out DIR

writes DIR/clean.txt and DIR/dirty.txt, and the same articles as clean.jsonl and
dirty.jsonl, one record {"id", "lang", "text"} of 2 to 8 KB each. The sizes are those of
the .txt files in MB (1,000,000 bytes of UTF-8), exceeded by less than one article.

Sentences are put together from the phrases below, in seven languages (three quarters of
the bytes are Latin script). They mean little; what matters is that word lengths, marks,
quotes, numbers, names, abbreviations and paragraph lengths look like those of articles.
Clean text holds none of the faults; dirty text is the same with a fault about every 200
characters, and the counts of each kind are printed.

Deterministic: same seed, same bytes, on any day and any Python 3. Only `Random.random`
is drawn from, whose sequence Python keeps stable, unlike that of `choice` and `sample`.
"""

import argparse
import json
import os
import random
import re
import sys

NBSP, NNBSP, SHY, ZWSP, FEFF = "\u00a0", "\u202f", "\u00ad", "\u200b", "\ufeff"
BRANDS = ("OpenAI", "ChatGPT", "GPT", "Google", "Waymo", "Autopilot")
FAULT_EVERY = 200


def phrases(text):
    return tuple(" ".join(p.split()) for p in text.split("|") if p.strip())


# --- phrases -----------------------------------------------------------------------------
# s: subjects, o: objects, t: bare nouns, v: verbs (third person, present), mod: what may follow
# a subject, where / when: adverbials, opener and opener_mark: words before a main clause,
# conj: before a subordinate clause. The tuples of strings (topic, say, ask, num, brand, camel,
# abbr, link, chain) are sentence templates: {s} {v} {o} {t} {where} {name} {place}; {q} a main
# clause; {S} {Q} the same with a capital; {ql} {qr} quotation marks; {n} a large number, {p} a
# percentage, {d} a decimal, {k} a small number; {c} a camel-case name, {a} an abbreviation;
# {url} {mail} {host} {tag}. chain holds faults and is used in dirty text only.

DE = dict(
    share=22, sep=" ", stop=".", dash=" – ", thousands=".", decimal=",", percent=" %",
    quotes=(("„", "“"),), byline=("Autor", "Text", "Redaktion", "Fotos"), date="{k}. {month} {year}",
    months=phrases("Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"),
    first=phrases("""
        Annegret|Jonas|Friederike|Malte|Tilda|Enno|Wiebke|Rasmus|Dorothea|Hannes|Swantje|Ulrich|Mareike|
        Bruno|Roswitha|Till|Gesine|Korbinian|Leonie|Arvid"""),
    last=phrases("""
        Ostermoor|Brackwede|Ehrenreich|Tolksdorf|Sandvoss|Fahrenholt|McConnell|Lüdersen|Hagenbring|
        Wolkenhauer|Störtebrink|Zumbusch|Kesselring|Dornfelder|Möllenkamp|Rautenstrauch|D’Amico|
        Vierlande|Grünspan|Appelbaum"""),
    place=phrases("""
        Wendelau|Moorlinden|Hohenkamp|Altenfurth|Bad Eschenau|Grünhafen|Sankt Velten|Norderwiek|
        Kaltenbrück|Dornstetten|Lindhorst|Oberwassern"""),
    t=phrases("""
        Mut|Müdigkeit|Wetter|Geduld|Stolz|Zufall|Kaffee|Nebel|Vertrauen|Bürokratie|Neugier|Heimweh|
        Werbung|Statistik|Schnee|Musik|Gewohnheit|Eitelkeit|Fleiß|Sparsamkeit|Gerüchten|Fußball|
        Erinnerung|Ebbe|Handwerk|Höflichkeit|Regen|Streichhölzern|Arbeitslosigkeit|Denkmalschutz|
        Verwandtschaft|Wissenschaft|Gesundheit|Landwirtschaft|Schichtdienst|Langeweile|Kinderbetreuung|
        Datenschutz|Wohnungsnot|Lieferketten|Zuversicht|Mitbestimmung|Brennholz|Leidenschaft|Rechnungen|
        Tradition|Nachtruhe|Forschung|Vorschriften|Zukunft"""),
    topic=(
        "Zwischen {t} und {t2} bleibt wenig Platz für {t3}.",
        "Es geht um {t}, {t2} und vor allem um {t3}.",
        "{S} {v} {o}, irgendwo zwischen {t} und {t2}.",
        "Ohne {t} keine Spur von {t2}, heißt es in {place}.",
        "Mit {t} hat das wenig zu tun, mit {t2} schon eher.",
    ),
    s=phrases("""
        die alte Bürgermeisterin|der junge Hafenmeister|ein kleiner Verein|die städtische Bibliothek|
        das neue Rechenzentrum|eine frühere Lehrerin|der örtliche Bäcker|die Genossenschaft|
        ein Team von Forschenden|das Landesamt|die EU|der Stadtrat|eine junge Firma|das Museum|
        die Redaktion|der Förster|ein Lokführer|die Werkstatt|das Orchester|die Feuerwehr|
        ein pensionierter Richter|die Mehrheit der Befragten|der Vorstand|eine Schulklasse|
        das Krankenhaus|der TÜV|die Hausverwaltung|ein Handwerksbetrieb|die Wetterstation|
        der Gemeinderat|eine anonyme Spenderin|das Ministerium|die Gewerkschaft|der Fahrradhändler|
        ein gemischter Chor|die Chefärztin|das Institut für Meereskunde|die Kläranlage|
        ein aufmerksamer Nachbar|die Universität|der Tierarzt|eine Imkerin|das Parlament|der Buchhalter|
        die Küstenwache|ein Bauingenieur|das Theater|die Apothekerin|der Kranführer|eine Übersetzerin|
        jede zweite Familie|niemand im Rathaus|die UNESCO|der ADAC"""),
    v=phrases("""
        prüft|verkauft|beschreibt|verteidigt|plant|finanziert|sammelt|verändert|erklärt|überwacht|
        unterstützt|bezweifelt|veröffentlicht|entwickelt|verschiebt|erneuert|fordert|kritisiert|begrüßt|
        bewertet|kennt|liebt|vermisst|sucht|findet|zeigt|baut|ordnet|verwaltet|vergleicht|erwartet|
        braucht|nutzt|bekommt|erforscht|behält|verspricht|verdoppelt|untersucht|beantragt"""),
    o=phrases("""
        den alten Stadtplan|die teure Brücke|das lange Gutachten|einen zweiten Eingang|
        eine Liste mit Fehlern|den Fahrplan für den Winter|die Akten aus dem Keller|
        das Verfahren gegen den Betreiber|einen ungewöhnlichen Vorschlag|
        die Messwerte der vergangenen Jahre|das Dach der Turnhalle|den letzten Briefkasten|
        eine Karte der Quellen|die Arbeit der Freiwilligen|das Modell im Maßstab eins zu zehn|
        einen Vertrag ohne Ende|die Preise für Strom und Wasser|den Umbau des Bahnhofs|
        eine Sammlung seltener Apfelsorten|das Programm der nächsten Spielzeit|
        die Ergebnisse der Umfrage|einen Entwurf für das Gesetz|den Streit um die Grenzsteine|
        eine einfache Lösung|das Geld aus der Stiftung|die leeren Läden|einen Kredit über zehn Jahre|
        den Lärm der LKW|die Software der Verwaltung|das Archiv der Zeitung|
        eine Maschine aus den siebziger Jahren|den Antrag der Opposition|die Geduld der Anwohner|
        das Wissen der Älteren|einen Zaun aus Weidenruten|die DNA der Wölfe|den Bericht der Kommission|
        eine neue Regel für den Nachtdienst|das Erbe der Weberei|die Angst vor Hochwasser|
        einen Turm aus Holz|den Rest der Ernte|die GPS-Daten der Busse|das Protokoll der Sitzung|
        eine Reihe von Briefen|den Anfang einer Freundschaft"""),
    mod=phrases("""
        aus dem Norden|mit drei Angestellten|am Rand der Altstadt|ohne festes Büro|
        in zweiter Generation|jenseits des Flusses|mit gutem Ruf|aus dem Nachbarort|unter neuer Leitung|
        mit Sitz in der Schweiz|von nebenan|im Ruhestand|mit viel Erfahrung|aus der Region"""),
    where=phrases("""
        in der alten Molkerei|am Hafen|hinter dem Bahnhof|auf dem Marktplatz|im dritten Stock|
        an der Küste|in einer Garage|bei laufendem Betrieb|vor leeren Rängen|unter freiem Himmel|
        im Schatten der Kirche|auf eigene Kosten|in enger Abstimmung mit den Behörden|
        trotz aller Warnungen|mit einfachen Mitteln|für einen symbolischen Betrag|
        gegen den Rat der Fachleute|nach einem Plan von früher"""),
    when=phrases("""
        Seit dem Frühjahr|Am frühen Morgen|Vor zwei Jahren noch undenkbar|Im vergangenen Herbst|
        Jeden Dienstag|Kurz nach Mitternacht|Inzwischen|Zum ersten Mal|Nach langer Suche|Bis zum Sommer|
        Während der Ferien|An manchen Tagen|Heute|Nach Angaben der Polizei|Wenig später|
        In diesen Wochen|Ohne großes Aufsehen|Zur Überraschung aller|Trotzdem|Außerdem|Dennoch|
        Tatsächlich|Zugleich|Deshalb|Immerhin|Vielleicht"""),
    opener=phrases("Kein Wunder|Kurz gesagt|Im Gegenteil|Mit anderen Worten|Eines ist sicher"), opener_mark=": ",
    conj=phrases("weil|obwohl|während|sobald|wenn|seit|damit|solange"),
    also=" und ",
    say=(
        "„{Q}“, sagt {name}.",
        "„{Q}“, erklärt {name} {where}.",
        "„{Q}“, so {name} aus {place}, „{q2}.“",
        "{name} sagt: „{Q}.“",
        "{name} erinnert sich: „{Q}. {Q2}.“",
        "„{Q}.“ So sieht es {name}.",
        "Das Stichwort lautet „{a}“, und {name} meint es ernst.",
    ),
    ask=("Warum {v} {s} {o}?", "Und was, wenn {s} {o} {v}?", "Wer {v} {o}, wenn nicht {s}?"),
    num=(
        "Rund {n} Menschen leben hier, {p} von ihnen seit der Geburt.",
        "Die Kosten stiegen von {n} auf {n2} Euro, ein Plus von {p}.",
        "Im Schnitt dauert es {d} Minuten, bis {s} {o} {v}.",
        "Von {k} Anträgen wurden {k2} bewilligt, etwa {p}.",
        "Im Jahr {year} waren es noch {n} Stück, {year2} schon {n2}.",
        "Mit {d} Grad war der Tag um {d2} Grad wärmer als üblich.",
    ),
    brand=(
        "Auf der Liste stehen auch Google, OpenAI und Waymo.",
        "{S} {v} {o}, seit OpenAI die Preise gesenkt hat.",
        "Das Werkzeug der Wahl: ChatGPT.",
        "Viele sprechen über GPT, wenige über das Handbuch.",
        "Wer bei Waymo arbeitet, hört täglich vom Autopilot.",
        "Am Ende entschied sich {name} gegen Google, OpenAI schied ebenfalls aus.",
        "Auf die Frage nach dem Vorbild gab es nur eine Antwort: Google.",
    ),
    camel=(
        "Mit {c} und einem iPhone {v} {s} {o}.",
        "Das Video ist auf YouTube und bei {c} zu sehen.",
        "{S} {v} {o}, während {c} und InstructGPT nur zusehen.",
        "Der Anbieter {c} wurde {year} gegründet und beschäftigt {k} Leute.",
    ),
    abbr=(
        "Es geht um Leitungen, Pumpen, Filter usw. und damit um viel Geld.",
        "Andere Orte, z. B. {place}, machen es genauso.",
        "Die {a} meldete ca. {k} Fälle, d. h. mehr als im Vorjahr.",
        "{name} verweist auf § {k} Abs. 2 der Satzung und auf die {a}.",
    ),
    link=(
        "Mehr dazu unter {url} oder per Mail an {mail}.",
        "Die Daten stehen auf {host} bereit.",
        "Unter {tag} sammelt {s} Bilder davon.",
    ),
    chain=(
        "{name} arbeitete bei GoogleAutopilotUnternehmenWaymo und {v} heute {o}.",
        "Ende 2023OpenAINach der Pause ging es weiter.",
    ),
)

IT = dict(
    share=18, sep=" ", stop=".", dash=" – ", thousands=".", decimal=",", percent="%",
    quotes=(("“", "”"), ("«", "»")), byline=("Autore", "Testo", "Redazione", "Fotografie"), date="{k} {month} {year}",
    months=phrases("""
        gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"""),
    first=phrases("""
        Ersilia|Nereo|Fedora|Duilio|Bettina|Prospero|Violante|Oreste|Ilaria|Ettore|Ginevra|Saverio|
        Clelia|Tancredi|Ornella|Fausto|Mirella|Lapo|Noemi|Ruben"""),
    last=phrases("""
        Castrovilla|Montefiori|Vallescura|Fontebella|Solmonte|Altavigna|DiSalvo|Lanzi|Pratolungo|
        Belcolle|Roccaspina|Tremonti|Quercioli|Spadalunga|Malaspini|Verdecchia|Campoleone|D’Arvo|
        Serravento|Gherardini"""),
    place=phrases("""
        Porto Selmo|Valdolmo|Castel d’Arvo|Rocca Alba|Fornace|Montelieto|Pietrafosca|San Gavino Basso|
        Acquachiara|Torre Nibbia|Borgo Salice|Collelungo"""),
    t=phrases("""
        coraggio|stanchezza|pazienza|orgoglio|caso|caffè|nebbia|fiducia|burocrazia|curiosità|nostalgia|
        pubblicità|statistica|neve|musica|abitudine|vanità|fatica|risparmio|calcio|memoria|marea|
        artigianato|cortesia|pioggia|fiammiferi|disoccupazione|parentela|scienza|salute|agricoltura|
        noia|turismo|legna|passione|bollette|tradizione|silenzio|ricerca|regolamenti|futuro|ironia|
        prudenza|commercio|vento|polvere|amicizia|ambizione|giustizia|cemento"""),
    topic=(
        "Tra {t} e {t2} resta poco spazio per {t3} e altro.",
        "Si parla di {t}, di {t2} e soprattutto di {t3}.",
        "{S} {v} {o}, in bilico tra {t} e {t2}.",
        "Senza {t} niente {t2}, si dice a {place}.",
        "Non è questione di {t}, semmai di {t2}.",
    ),
    s=phrases("""
        la vecchia sindaca|il giovane capitano|una piccola cooperativa|la biblioteca comunale|
        il nuovo centro di calcolo|un’ex maestra|il fornaio del quartiere|un gruppo di ricercatori|
        la Regione|l’UE|il consiglio comunale|un’impresa appena nata|il museo del mare|la redazione|
        il guardaboschi|un macchinista|l’officina|l’orchestra|un giudice in pensione|
        la maggioranza degli intervistati|il presidente|una classe di terza media|l’ospedale|l’ISTAT|
        l’amministratore del condominio|una bottega artigiana|la stazione meteorologica|
        un’anonima benefattrice|il ministero|il sindacato|il venditore di biciclette|un coro misto|
        la primaria|l’istituto di oceanografia|un vicino attento|l’università|il veterinario|
        un’apicoltrice|il parlamento|il ragioniere|la guardia costiera|un ingegnere civile|il teatro|
        la farmacista|il gruista|una traduttrice|ogni seconda famiglia|nessuno in municipio|il CNR|
        la FAO"""),
    v=phrases("""
        controlla|vende|descrive|difende|prepara|finanzia|raccoglie|cambia|spiega|sorveglia|sostiene|
        discute|pubblica|sviluppa|rinvia|rinnova|chiede|critica|accoglie|valuta|conosce|ama|rimpiange|
        cerca|trova|mostra|costruisce|ordina|amministra|confronta|aspetta|usa|riceve|studia|conserva|
        promette|raddoppia|esamina|ripara|traduce"""),
    o=phrases("""
        la vecchia mappa della città|il ponte più caro|una lunga perizia|un secondo ingresso|
        un elenco di errori|l’orario invernale|i documenti della cantina|il processo contro il gestore|
        una proposta insolita|le misure degli ultimi anni|il tetto della palestra|
        l’ultima cassetta delle lettere|una carta delle sorgenti|il lavoro dei volontari|
        il modello in scala|un contratto senza scadenza|i prezzi della luce e dell’acqua|
        la ristrutturazione della stazione|una raccolta di mele rare|il programma della stagione|
        i risultati del sondaggio|una bozza di legge|la lite sui confini|una soluzione semplice|
        il denaro della fondazione|i negozi vuoti|un mutuo di dieci anni|il rumore dei camion|
        il software degli uffici|l’archivio del giornale|una macchina degli anni settanta|
        la richiesta dell’opposizione|la pazienza dei residenti|il sapere degli anziani|
        una siepe di salici|il DNA dei lupi|il rapporto della commissione|
        una regola per i turni di notte|l’eredità della filanda|la paura delle piene|una torre di legno|
        il resto del raccolto|i dati GPS degli autobus|il verbale della seduta|una serie di lettere|
        l’inizio di un’amicizia"""),
    mod=phrases("""
        del Nord|con tre dipendenti|ai margini del centro|senza un ufficio|di seconda generazione|
        oltre il fiume|di buona fama|del paese vicino|sotto una nuova guida|con sede in Svizzera|
        della porta accanto|a riposo|di grande esperienza|della zona"""),
    where=phrases("""
        nella vecchia latteria|al porto|dietro la stazione|in piazza|al terzo piano|sulla costa|
        in un garage|a macchine accese|davanti a poltrone vuote|all’aperto|all’ombra della chiesa|
        a proprie spese|d’intesa con le autorità|nonostante gli avvertimenti|con pochi mezzi|
        per una cifra simbolica|contro il parere degli esperti|secondo un piano antico"""),
    when=phrases("""
        Dalla primavera|All’alba|Lo scorso autunno|Ogni martedì|Poco dopo mezzanotte|Per la prima volta|
        Dopo lunghe ricerche|Entro l’estate|Durante le vacanze|Certi giorni|Oggi|Secondo la polizia|
        Poco più tardi|In queste settimane|Senza clamore|Con sorpresa di tutti|Tuttavia|Inoltre|Infatti|
        Intanto|Perciò|Del resto|Forse|Nel frattempo"""),
    opener=phrases("Nessuna meraviglia|In breve|Al contrario|In altre parole|Una cosa è certa"), opener_mark=": ",
    conj=phrases("perché|anche se|mentre|appena|quando|dato che|finché|dove"),
    also=" e ",
    say=(
        "{ql}{Q}{qr}, dice {name}.",
        "{ql}{Q}{qr}, spiega {name} {where}.",
        "{ql}{Q}{qr}, ammette {name} da {place}, {ql}ma {q2}{qr}.",
        "{name} dice: “{Q}.”",
        "{name} ricorda: “{Q}. {Q2}.”",
        "“{Q}.” La pensa così {name}.",
        "La parola chiave è {ql}{a}{qr}, e {name} non scherza.",
    ),
    ask=("Perché {s} {v} {o}?", "E se {s} {v} {o}?", "Chi {v} {o}, se non {s}?"),
    num=(
        "Qui vivono circa {n} persone, il {p} dalla nascita.",
        "I costi sono saliti da {n} a {n2} euro, il {p} in più.",
        "In media servono {d} minuti prima che tutto sia pronto.",
        "Su {k} domande ne sono state accolte {k2}, circa il {p}.",
        "Nel {year} erano {n}, nel {year2} già {n2}.",
        "Con {d} gradi è stata una giornata più calda di {d2} gradi.",
    ),
    brand=(
        "Nell’elenco ci sono anche Google, OpenAI e Waymo.",
        "{S} {v} {o} da quando OpenAI ha abbassato i prezzi.",
        "Lo strumento preferito: ChatGPT.",
        "Molti parlano di GPT e pochi leggono il manuale.",
        "Chi lavora per Waymo sente parlare ogni giorno di Autopilot.",
        "Alla fine {name} ha scartato Google, OpenAI invece è rimasta in gara.",
        "Alla domanda sul modello c’è una sola risposta: Google.",
    ),
    camel=(
        "Con {c} e un iPhone {s} {v} {o}.",
        "Il video si vede su YouTube e su {c}.",
        "{S} {v} {o}, mentre {c} e InstructGPT stanno a guardare.",
        "La società {c} è nata nel {year} e dà lavoro a {k} persone.",
    ),
    abbr=(
        "Si tratta di tubi, pompe, filtri ecc. e quindi di molti soldi.",
        "Altri comuni, ad es. {place}, fanno lo stesso.",
        "L’{a} ha segnalato {k} casi, più dell’anno scorso.",
        "È vero che {s} {v} {o}.",
        "È chiaro che {s} {v} {o}.",
        "È tempo di bilanci per {s}.",
    ),
    link=(
        "Altre notizie su {url} o scrivendo a {mail}.",
        "I dati si trovano su {host}.",
        "Con {tag} {s} raccoglie le immagini.",
    ),
    chain=(
        "{name} lavorava per GoogleAutopilotSocietàWaymo e oggi {v} {o}.",
        "Alla fine del 2023OpenAIDopo la pausa si è ripreso.",
    ),
)

EN = dict(
    share=20, sep=" ", stop=".", dash="—", thousands=",", decimal=".", percent=" percent",
    quotes=(("“", "”"),), byline=("Reporter", "Words", "Editor", "Photographs"), date="{k} {month} {year}",
    months=phrases("January|February|March|April|May|June|July|August|September|October|November|December"),
    first=phrases("""
        Imogen|Barnaby|Cordelia|Ottilie|Rufus|Tamsin|Alistair|Winifred|Jasper|Philippa|Ewan|Rosalind|
        Desmond|Harriet|Callum|Beatrix|Nigel|Saoirse|Percival|Maud"""),
    last=phrases("""
        Tarrant|McConnell|Ashgrove|Thistlewood|Penhallow|Wrexley|Oakhurst|Fairweather|MacIntosh|
        Birkdale|Lockridge|Summerfield|O’Hanlon|Greystone|Marchbanks|Hollister|Quillfeather|Drummond|
        Stallworth|Kettleby"""),
    place=phrases("""
        Thistlewick|Skerrow Point|Alder Valley|North Marling|Upper Tansy|Port Ellering|Hawksbury Down|
        Millbrook Cross|St. Orwin|Coldwater Bay|Greywater|Lower Fenwick"""),
    t=phrases("""
        courage|fatigue|weather|patience|pride|chance|coffee|fog|trust|bureaucracy|curiosity|
        homesickness|advertising|statistics|snow|music|habit|vanity|diligence|thrift|rumour|football|
        memory|low tide|craft|politeness|rain|matches|unemployment|heritage|kinship|science|health|
        farming|boredom|childcare|privacy|housing|logistics|confidence|firewood|passion|invoices|
        tradition|silence|research|paperwork|tomorrow|irony|justice"""),
    topic=(
        "Between {t} and {t2} there is little room for {t3}.",
        "It is about {t}, {t2} and above all {t3}.",
        "{S} {v} {o}, somewhere between {t} and {t2}.",
        "Without {t} there is no {t2}, they say in {place}.",
        "This has little to do with {t} and rather more with {t2}.",
    ),
    s=phrases("""
        the former mayor|the young harbour master|a small charity|the public library|
        the new data centre|a retired teacher|the village baker|the cooperative|a team of researchers|
        the county council|the EU|a startup|the maritime museum|the newsroom|the forester|
        a train driver|the workshop|the orchestra|the fire brigade|a former judge|
        the majority of respondents|the board|a class of teenagers|the hospital|the NHS|the landlord|
        a family business|the weather station|an anonymous donor|the ministry|the union|
        the bicycle dealer|a mixed choir|the chief surgeon|the institute|the water company|
        an observant neighbour|the university|the vet|a beekeeper|parliament|the accountant|
        the coast guard|a civil engineer|the theatre|the pharmacist|the crane operator|a translator|
        every second household|nobody in the town hall|NASA|the BBC"""),
    v=phrases("""
        checks|sells|describes|defends|plans|funds|collects|changes|explains|monitors|supports|doubts|
        publishes|develops|postpones|renews|demands|criticises|welcomes|reviews|knows|loves|misses|
        seeks|finds|shows|builds|sorts|manages|compares|expects|needs|uses|receives|studies|keeps|
        promises|doubles|examines|rewrites"""),
    o=phrases("""
        the old map of the town|the expensive bridge|a lengthy report|a second entrance|
        a list of errors|the winter timetable|the files from the cellar|the case against the operator|
        an unusual proposal|the measurements of recent years|the roof of the gym|the last letter box|
        a chart of the springs|the work of the volunteers|the scale model|a contract without end|
        the price of power and water|the rebuilding of the station|a collection of rare apples|
        the programme for next season|the results of the survey|a draft of the bill|
        the dispute over boundary stones|a simple solution|the money from the foundation|
        the empty shops|a loan over ten years|the noise of the lorries|the software in the offices|
        the archive of the newspaper|a machine from the seventies|the motion of the opposition|
        the patience of the residents|the knowledge of the elderly|a fence of willow|
        the DNA of the wolves|the findings of the committee|a new rule for night shifts|
        the legacy of the mill|the fear of flooding|a wooden tower|the rest of the harvest|
        the GPS data of the buses|the minutes of the meeting|a bundle of letters|
        the beginning of a friendship"""),
    mod=phrases("""
        from the north|with three employees|on the edge of the old town|without a proper office|
        in its second generation|across the river|of good repute|from the next village|
        under new management|based in Switzerland|next door|in retirement|with long experience|
        from the region"""),
    where=phrases("""
        in the old dairy|at the harbour|behind the station|on the market square|on the third floor|
        along the coast|in a garage|without stopping the machines|in front of empty seats|
        in the open air|in the shadow of the church|at its own expense|
        in close contact with the authorities|despite every warning|by simple means|for a token fee|
        against expert advice|according to an older plan"""),
    when=phrases("""
        Since the spring|Early in the morning|Last autumn|Every Tuesday|Shortly after midnight|
        For the first time|After a long search|Before the summer|During the holidays|On some days|Today|
        According to the police|A little later|These days|Without much fuss|To everyone’s surprise|
        However|Moreover|Indeed|Meanwhile|Therefore|At least|Perhaps|In the meantime"""),
    opener=phrases("No wonder|In short|On the contrary|In other words|One thing is certain"), opener_mark=": ",
    conj=phrases("because|although|while|as soon as|whenever|now that|so that|as long as"),
    also=" and ",
    say=(
        "“{Q},” says {name}.",
        "“{Q},” explains {name} {where}.",
        "“{Q},” admits {name} of {place}, “but {q2}.”",
        "{name} says: “{Q}.”",
        "{name} remembers: “{Q}. {Q2}.”",
        "“{Q}.” That is how {name} sees it.",
        "The word is “{a}”, and {name} means it.",
    ),
    ask=("Is that why {s} {v} {o}?", "And what if {s} {v} {o}?", "Who {v} {o}, if not {s}?"),
    num=(
        "Some {n} people live here, {p} of them since birth.",
        "Costs rose from {n} to {n2} dollars, an increase of {p}.",
        "On average it takes {d} minutes before everything is ready.",
        "Of {k} applications {k2} were granted, about {p}.",
        "In {year} there were {n}, in {year2} already {n2}.",
        "At {d} degrees the day was {d2} degrees warmer than usual.",
    ),
    brand=(
        "The list also names Google, OpenAI and Waymo.",
        "{S} {v} {o}, now that OpenAI has lowered its prices.",
        "The tool of choice: ChatGPT.",
        "Many people talk about GPT and few read the manual.",
        "Anyone who works for Waymo hears about Autopilot every day.",
        "In the end {name} turned down Google, OpenAI had withdrawn before.",
        "Asked about a model, they gave a single answer: Google.",
    ),
    camel=(
        "With {c} and an iPhone, {s} {v} {o}.",
        "The film can be seen on YouTube and on {c}.",
        "{S} {v} {o}, while {c} and InstructGPT merely watch.",
        "The company {c} was founded in {year} and employs {k} people.",
    ),
    abbr=(
        "It is about pipes, pumps, filters, etc. and so about money.",
        "Other towns, e.g. {place}, do the same.",
        "The {a} counted {k} cases, more than the year before.",
        "In the U.S. and elsewhere, {s} {v} {o}.",
    ),
    link=(
        "More at {url} or by mail to {mail}.",
        "The data can be found on {host} free of charge.",
        "Under {tag} {s} collects the pictures.",
    ),
    chain=(
        "{name} worked for GoogleAutopilotCompanyWaymo and now {v} {o}.",
        "At the end of 2023OpenAIAfter the break it went on.",
    ),
)

FR = dict(
    share=15, sep=" ", stop=".", dash=" – ", thousands=NNBSP, decimal=",", percent=NBSP + "%",
    quotes=(("«" + NBSP, NBSP + "»"),), byline=("Auteur", "Texte", "Rédaction", "Photographies"), date="{k} {month} {year}",
    months=phrases("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"),
    first=phrases("""
        Soizic|Maurin|Clémence|Lison|Corentin|Apolline|Gaspard|Ombeline|Thibault|Margaux|Anselme|
        Hortense|Loïc|Sidonie|Baptiste|Mélisande|Tanguy|Joséphine|Armand|Élodie"""),
    last=phrases("""
        Delaplaye|Carrouge|Malvoisin|Descharmes|Le Guirec|McConnell|Bellefontaine|Rochebrune|Vaucresson|
        Lamarinière|Pontchardon|D’Estrelle|Courtepaille|Saint-Orlin|Beaurivage|Quémener|Tournesac|
        Brisebois|Chantemerle|Dufresnoy"""),
    place=phrases("""
        Sainte-Orlie|Kermadou|Ambreville|Port-Lannic|Roquevielle|Saint-Brévan|Montfaucel|Aubiers-Neufs|
        Pont-du-Vieux|Clairmarais-sur-Loue|Vieilleroche|Trébédan"""),
    t=phrases("""
        courage|fatigue|patience|fierté|hasard|café|brouillard|confiance|bureaucratie|curiosité|
        nostalgie|publicité|statistique|neige|musique|vanité|zèle|rumeur|football|mémoire|marée|
        politesse|pluie|chômage|patrimoine|parenté|science|santé|culture|tourisme|voisinage|logement|
        logistique|passion|factures|tradition|silence|recherche|paperasse|futur|prudence|commerce|vent|
        poussière|justice|béton|lenteur|bricolage|sommeil|jeunesse"""),
    topic=(
        "Entre {t} et {t2}, il reste peu de place pour {t3} et le reste.",
        "Il est question de {t}, de {t2} et surtout de {t3}.",
        "{S} {v} {o}, quelque part entre {t} et {t2}.",
        "Sans {t}, pas de {t2}, dit-on à {place}.",
        "Moins de {t}, plus de {t2}" + NBSP + ": tel est le programme.",
    ),
    s=phrases("""
        l’ancienne maire|le jeune capitaine du port|une petite association|la bibliothèque municipale|
        le nouveau centre de calcul|une institutrice à la retraite|le boulanger du quartier|
        la coopérative|un groupe de chercheurs|la préfecture|l’UE|le conseil municipal|
        une jeune entreprise|le musée de la mer|la rédaction|le garde forestier|un conducteur de train|
        l’atelier|l’orchestre|un ancien juge|la majorité des sondés|le conseil d’administration|
        une classe de collégiens|l’hôpital|la SNCF|le syndic|une maison artisanale|la station météo|
        une donatrice anonyme|le ministère|le syndicat|le marchand de vélos|un chœur mixte|
        la cheffe de service|l’institut océanographique|un voisin attentif|l’université|le vétérinaire|
        une apicultrice|le parlement|le comptable|la garde côtière|un ingénieur civil|le théâtre|
        la pharmacienne|le grutier|une traductrice|un foyer sur deux|le CNRS|l’INSEE"""),
    v=phrases("""
        vérifie|vend|décrit|défend|prépare|finance|rassemble|modifie|explique|surveille|soutient|
        conteste|publie|développe|reporte|rénove|réclame|critique|salue|évalue|connaît|adore|regrette|
        cherche|trouve|montre|construit|classe|gère|compare|attend|utilise|reçoit|étudie|conserve|
        promet|double|examine|répare|traduit"""),
    o=phrases("""
        le vieux plan de la ville|le pont le plus cher|une longue expertise|une seconde entrée|
        une liste d’erreurs|les horaires d’hiver|les dossiers de la cave|le procès contre l’exploitant|
        une proposition inhabituelle|les mesures des dernières années|le toit du gymnase|
        la dernière boîte aux lettres|une carte des sources|le travail des bénévoles|
        la maquette au dixième|un contrat sans terme|le prix de l’eau et du courant|
        la reconstruction de la gare|une collection de pommes rares|le programme de la saison|
        les résultats de l’enquête|un projet de loi|la querelle des bornes|une solution simple|
        l’argent de la fondation|les boutiques vides|un prêt sur dix ans|le bruit des camions|
        le logiciel des bureaux|les archives du journal|une machine des années soixante-dix|
        la demande de l’opposition|la patience des riverains|le savoir des anciens|une haie de saules|
        l’ADN des loups|le rapport de la commission|une règle pour le service de nuit|
        l’héritage de la filature|la peur des crues|une tour en bois|le reste de la récolte|
        les données GPS des bus|le compte rendu de la séance|une série de lettres|le début d’une amitié"""),
    mod=phrases("""
        du Nord|avec trois salariés|en lisière du centre|sans vrai bureau|de deuxième génération|
        de l’autre rive|de bonne réputation|du village voisin|sous une nouvelle direction|
        avec siège en Suisse|d’à côté|au repos|de longue expérience|de la région"""),
    where=phrases("""
        dans l’ancienne laiterie|au port|derrière la gare|sur la place du marché|au troisième étage|
        sur la côte|dans un garage|sans arrêter les machines|devant des sièges vides|en plein air|
        à l’ombre de l’église|à ses propres frais|en accord avec les autorités|
        malgré les avertissements|avec peu de moyens|pour une somme symbolique|
        contre l’avis des experts|selon un plan plus ancien"""),
    when=phrases("""
        Depuis le printemps|À l’aube|L’automne dernier|Chaque mardi|Peu après minuit|
        Pour la première fois|Après de longues recherches|Avant l’été|Pendant les vacances|
        Certains jours|Aujourd’hui|Selon la police|Un peu plus tard|Ces semaines-ci|Sans bruit|
        À la surprise générale|Pourtant|De plus|En effet|Entre-temps|Du moins|Peut-être un jour|
        Ailleurs|Cette fois"""),
    opener=phrases("Rien d’étonnant|En bref|Au contraire|En d’autres termes|Une chose est sûre"), opener_mark=NBSP + ": ",
    conj=phrases("parce que|tandis que|alors que|dès que|quand|puisque|lorsque|même si"),
    also=" et ",
    say=(
        "{ql}{Q}{qr}, dit {name}.",
        "{ql}{Q}{qr}, explique {name} {where}.",
        "{ql}{Q}{qr}, reconnaît {name}, de {place}, {ql}mais {q2}{qr}.",
        "{name} le dit" + NBSP + ": {ql}{Q}.{qr}",
        "{name} se souvient" + NBSP + ": {ql}{Q}. {Q2}.{qr}",
        "{ql}{Q}.{qr} Voilà l’avis de {name}.",
        "Le maître mot est {ql}{a}{qr}, et {name} ne plaisante pas.",
    ),
    ask=("Et quand {s} {v} {o}" + NBSP + "?", "Qui donc {v} {o}, sinon {s}" + NBSP + "?"),
    num=(
        "Environ {n} personnes vivent ici, {p} depuis la naissance.",
        "Les coûts sont passés de {n} à {n2} euros, soit {p} de plus.",
        "Il faut en moyenne {d} minutes pour que tout soit prêt.",
        "Sur {k} demandes, {k2} ont été acceptées, environ {p}.",
        "En {year}, on en comptait {n}" + NBSP + "; en {year2}, déjà {n2}.",
        "Avec {d} degrés, la journée fut plus chaude de {d2} degrés.",
    ),
    brand=(
        "La liste cite aussi Google, OpenAI et Waymo.",
        "{S} {v} {o} depuis que OpenAI a baissé ses prix.",
        "L’outil préféré" + NBSP + ": ChatGPT.",
        "On parle beaucoup de GPT et peu du manuel.",
        "Qui travaille pour Waymo entend parler chaque jour de Autopilot.",
        "Finalement {name} a écarté Google, OpenAI s’était déjà retirée.",
        "À la question du modèle, une seule réponse" + NBSP + ": Google.",
    ),
    camel=(
        "Avec {c} et un iPhone, {s} {v} {o}.",
        "Le film est visible sur YouTube et sur {c}.",
        "{S} {v} {o}, pendant que {c} et InstructGPT regardent.",
        "La société {c} est née en {year} et emploie {k} personnes.",
    ),
    abbr=(
        "Il s’agit de tuyaux, de pompes, de filtres, etc. et donc d’argent.",
        "D’autres villes, p. ex. {place}, font de même.",
        "Selon {a}, on compte env. {k} cas de plus que l’an dernier.",
        "{S} {v} {o}" + NBSP + "; {s} {v} {o2}.",
    ),
    link=(
        "Plus d’informations sur {url} ou par courriel à {mail}.",
        "Les données se trouvent sur {host} sans frais.",
        "Sous {tag}, {s} rassemble les images.",
    ),
    chain=(
        "{name} travaillait pour GoogleAutopilotEntrepriseWaymo et {v} aujourd’hui {o}.",
        "À la fin de 2023OpenAIAprès la pause, tout a repris.",
    ),
)

RU = dict(
    share=10, sep=" ", stop=".", dash=" — ", thousands=NBSP, decimal=",", percent=NBSP + "%",
    quotes=(("«", "»"),), byline=("Автор", "Текст", "Редакция", "Фото"), date="{k} {month} {year}",
    months=phrases("января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"),
    first=phrases("""
        Аглая|Тихон|Варвара|Емельян|Глафира|Савелий|Устинья|Платон|Зинаида|Макар|Клавдия|Прохор|Лидия|
        Фёдор|Раиса|Ефим"""),
    last=phrases("""
        Белозерских|Тихомиренко|Кузнечных|Долгих|Заречных|Полевых|Вершиненко|Студёных|Громовенко|Чистых|
        Ромашенко|Луговых|Каменко|Седых|Островенко|Ясных"""),
    place=phrases("""
        Староозёрске|Верхнем Броде|Каменной Пристани|Лугополье|Заречинске|Тихой Гавани|Нижнем Яре|
        Белокамнях"""),
    t=phrases("""
        смелостью|усталостью|погодой|терпением|гордостью|случаем|чаем|туманом|доверием|любопытством|
        тоской|рекламой|статистикой|снегом|музыкой|привычкой|тщеславием|трудом|бережливостью|слухами|
        футболом|памятью|отливом|ремеслом|вежливостью|дождём|безработицей|роднёй|наукой|здоровьем|
        земледелием|скукой|туризмом|дровами|страстью|счетами|обычаем|тишиной|поиском|правилами|будущим|
        иронией|осторожностью|торговлей|ветром|пылью|дружбой|справедливостью"""),
    topic=(
        "Между {t} и {t2} остаётся мало места.",
        "{S} {v} {o}, балансируя между {t} и {t2}.",
        "Всё держится вместе с {t}, {t2} и прежде всего с {t3}.",
        "Что общего между {t} и {t2}, в {place} знают хорошо.",
    ),
    s=phrases("""
        бывшая учительница|молодой капитан порта|небольшое общество|городская библиотека|
        новый вычислительный центр|местный пекарь|артель|группа исследователей|областное управление|ЕС|
        городской совет|молодая компания|морской музей|редакция|лесник|машинист поезда|мастерская|
        оркестр|пожарная часть|судья на пенсии|большинство опрошенных|правление|школьный класс|больница|
        МЧС|управляющая компания|семейная фирма|метеостанция|неизвестная дарительница|министерство|
        профсоюз|продавец велосипедов|смешанный хор|главный врач|институт океанологии|
        внимательный сосед|университет|ветеринар|хозяйка пасеки|парламент|бухгалтер|береговая охрана|
        инженер|театр|аптекарь|крановщик|переводчица|каждая вторая семья|РАН|МГУ"""),
    v=phrases("""
        проверяет|продаёт|описывает|защищает|планирует|оплачивает|собирает|меняет|объясняет|охраняет|
        поддерживает|обсуждает|публикует|развивает|откладывает|обновляет|требует вернуть|критикует|
        приветствует|оценивает|знает|любит|вспоминает|ищет|находит|показывает|строит|разбирает|
        сравнивает|ожидает|использует|получает|изучает|хранит|обещает сохранить|удваивает|чинит|
        переводит"""),
    o=phrases("""
        старый план города|дорогой мост|длинное заключение|второй вход|список ошибок|зимнее расписание|
        бумаги из подвала|дело против владельца|необычное предложение|измерения последних лет|
        крышу спортзала|последний почтовый ящик|карту источников|работу добровольцев|
        модель в масштабе один к десяти|договор без срока|цены на воду и свет|перестройку вокзала|
        собрание редких яблок|программу сезона|итоги опроса|черновик закона|спор о границах|
        простое решение|деньги фонда|пустые лавки|кредит на десять лет|шум грузовиков|
        программы для контор|архив газеты|станок семидесятых годов|запрос оппозиции|терпение жителей|
        опыт старших|ограду из ивы|ДНК волков|доклад комиссии|новое правило для ночной смены|
        наследие ткацкой фабрики|страх перед паводком|деревянную башню|остаток урожая|данные ГЛОНАСС|
        протокол заседания|пачку писем|начало дружбы"""),
    mod=phrases("""
        с севера|с тремя сотрудниками|на окраине старого города|без своего кабинета|во втором поколении|
        за рекой|с доброй славой|из соседнего села|под новым началом|из соседнего дома|с большим опытом|
        из этих мест"""),
    where=phrases("""
        в старой молочной|в порту|за вокзалом|на рыночной площади|на третьем этаже|на берегу|в гараже|
        без остановки машин|перед пустыми рядами|под открытым небом|в тени церкви|за свой счёт|
        в согласии с властями|вопреки предупреждениям|простыми средствами|за символическую плату|
        против совета знатоков|по старому чертежу"""),
    when=phrases("""
        С весны|Рано утром|Прошлой осенью|Каждый вторник|Вскоре после полуночи|Впервые|
        После долгих поисков|До лета|Во время каникул|В иные дни|Сегодня|По данным полиции|Чуть позже|
        В эти недели|Без лишнего шума|Ко всеобщему удивлению|Тем не менее|Кроме того|Действительно|
        Между тем|Поэтому|По крайней мере|Возможно"""),
    opener=phrases("Неудивительно|Короче говоря|Наоборот|Иными словами|Одно ясно"), opener_mark=": ",
    conj=phrases("потому что|хотя|пока|как только|когда|если|чтобы стало ясно, как|тогда как"),
    also=" и ",
    say=(
        "«{Q}», — говорит {name}.",
        "«{Q}», — объясняет {name} {where}.",
        "{name} говорит: «{Q}».",
        "{name} вспоминает: «{Q}. {Q2}».",
        "Главное слово здесь — «{a}», и {name} не шутит.",
    ),
    ask=("Почему {s} {v} {o}?", "А что, если {s} {v} {o}?", "Кто {v} {o}, если не {s}?"),
    num=(
        "Здесь живёт около {n} человек, {p} из них с рождения.",
        "Расходы выросли с {n} до {n2} рублей, то есть на {p}.",
        "В среднем нужно {d} минуты, чтобы всё было готово.",
        "Из {k} заявок одобрено {k2}, примерно {p}.",
        "В {year} году их было {n}, в {year2} уже {n2}.",
        "При {d} градуса день вышел теплее обычного на {d2} градуса.",
    ),
    brand=(
        "В списке есть также Google, OpenAI и Waymo.",
        "{S} {v} {o} с тех пор, как OpenAI снизила цены.",
        "Лучший инструмент: ChatGPT.",
        "Многие говорят про GPT и мало кто читает руководство.",
        "В конце концов {name} отказывается от Google, OpenAI уходит раньше.",
    ),
    camel=(
        "С помощью {c} и iPhone {s} {v} {o}.",
        "Фильм можно увидеть на YouTube и на {c}.",
        "Компания {c} основана в {year} году, в ней {k} человек.",
    ),
    abbr=(
        "Речь о трубах, насосах, фильтрах и т. д. и о больших деньгах.",
        "{a} сообщает о {k} случаях, это больше прошлогоднего.",
        "По данным {a}, {s} {v} {o}.",
    ),
    link=(
        "Подробнее на {url} или по адресу {mail} в любое время.",
        "Данные лежат на {host} бесплатно.",
        "Под меткой {tag} {s} собирает снимки.",
    ),
    chain=(
        "Раньше {name} работает вGoogle и {v} {o}.",
        "В конце 2023OpenAIПосле перерыва всё началось снова.",
    ),
)

EL = dict(
    share=8, sep=" ", stop=".", dash=" – ", thousands=".", decimal=",", percent="%",
    quotes=(("«", "»"),), byline=("Κείμενο", "Ρεπορτάζ", "Επιμέλεια", "Φωτογραφίες"), date="{k} {month} {year}",
    months=phrases("""
        Ιανουαρίου|Φεβρουαρίου|Μαρτίου|Απριλίου|Μαΐου|Ιουνίου|Ιουλίου|Αυγούστου|Σεπτεμβρίου|Οκτωβρίου|
        Νοεμβρίου|Δεκεμβρίου"""),
    first=phrases("""
        Μυρτώ|Ιάσονας|Ασπασία|Λεωνίδας|Χρυσάνθη|Ορέστης|Θεανώ|Περικλής|Αρετή|Μενέλαος|Δανάη|Φώτης|
        Ευτέρπη|Στέργιος"""),
    last=phrases("""
        Καλλιρόης|Βαρδάκη|Πετροπέρη|Θαλασσινού|Ανεμογιάννη|Χρυσοβέργη|Μελισσάρη|Αγριόπουλου|Ροδάκη|
        Σταματέλου|Λιβαδάρη|Κυπαρίσση"""),
    place=phrases("""
        Παλιοχώρι|Ασπρόπετρα|Νέα Λιβάδια|Καλαμοπόταμο|Πέτρινο Γεφύρι|Αγία Βαρνάβα|Μαυρολίθαρο|
        Θυμαρότοπο"""),
    t=phrases("""
        θάρρος|κούραση|υπομονή|περηφάνια|τύχη|καφέ|ομίχλη|εμπιστοσύνη|γραφειοκρατία|περιέργεια|
        νοσταλγία|διαφήμιση|στατιστική|χιόνι|μουσική|συνήθεια|ματαιοδοξία|εργατικότητα|οικονομία|
        ποδόσφαιρο|μνήμη|παλίρροια|χειροτεχνία|ευγένεια|βροχή|ανεργία|συγγένεια|επιστήμη|υγεία|γεωργία|
        πλήξη|τουρισμό|καυσόξυλα|πάθος|λογαριασμούς|παράδοση|σιωπή|έρευνα|κανονισμούς|μέλλον|ειρωνεία|
        σύνεση|εμπόριο|άνεμο|σκόνη|φιλία|δικαιοσύνη"""),
    topic=(
        "Ανάμεσα σε {t} και {t2} μένει λίγος χώρος για {t3}.",
        "Μιλούν για {t}, για {t2} και προπάντων για {t3}.",
        "{S} {v} {o}, κάπου ανάμεσα σε {t} και {t2}.",
        "Χωρίς {t} δεν υπάρχει {t2}, λένε στο {place}.",
    ),
    s=phrases("""
        η πρώην δήμαρχος|ο νεαρός λιμενάρχης|ένας μικρός σύλλογος|η δημοτική βιβλιοθήκη|
        το νέο κέντρο δεδομένων|μια συνταξιούχος δασκάλα|ο φούρναρης της γειτονιάς|ο συνεταιρισμός|
        μια ομάδα ερευνητών|η περιφέρεια|η ΕΕ|το δημοτικό συμβούλιο|μια νεαρή εταιρεία|
        το ναυτικό μουσείο|η σύνταξη|ο δασοφύλακας|ένας μηχανοδηγός|το εργαστήριο|η ορχήστρα|
        η πυροσβεστική|ένας πρώην δικαστής|η πλειονότητα των ερωτηθέντων|το προεδρείο|μια σχολική τάξη|
        το νοσοκομείο|η ΔΕΗ|ο διαχειριστής|μια οικογενειακή βιοτεχνία|ο μετεωρολογικός σταθμός|
        μια ανώνυμη δωρήτρια|το υπουργείο|το συνδικάτο|ο έμπορος ποδηλάτων|μια μικτή χορωδία|
        το ινστιτούτο|ένας προσεκτικός γείτονας|το πανεπιστήμιο|ο κτηνίατρος|μια μελισσοκόμος|η βουλή|
        ο λογιστής|η ακτοφυλακή|ένας πολιτικός μηχανικός|το θέατρο|η φαρμακοποιός|
        ο χειριστής του γερανού|μια μεταφράστρια|κάθε δεύτερη οικογένεια|το ΕΜΠ|η ΕΡΤ"""),
    v=phrases("""
        ελέγχει|πουλάει|περιγράφει|υπερασπίζεται|σχεδιάζει|χρηματοδοτεί|μαζεύει|αλλάζει|εξηγεί|
        επιβλέπει|στηρίζει|αμφισβητεί|δημοσιεύει|αναπτύσσει|αναβάλλει|ανανεώνει|ζητάει|επικρίνει|
        καλωσορίζει|αξιολογεί|γνωρίζει|αγαπάει|αναζητά|βρίσκει|δείχνει|χτίζει|τακτοποιεί|συγκρίνει|
        περιμένει|χρησιμοποιεί|λαμβάνει|μελετά|φυλάει|υπόσχεται|διπλασιάζει|εξετάζει|επισκευάζει|
        μεταφράζει"""),
    o=phrases("""
        τον παλιό χάρτη της πόλης|την ακριβή γέφυρα|μια μακροσκελή έκθεση|μια δεύτερη είσοδο|
        έναν κατάλογο λαθών|τα χειμερινά δρομολόγια|τα χαρτιά του υπογείου|τη δίκη κατά του ιδιοκτήτη|
        μια ασυνήθιστη πρόταση|τις μετρήσεις των τελευταίων ετών|τη στέγη του γυμναστηρίου|
        το τελευταίο γραμματοκιβώτιο|έναν χάρτη των πηγών|τη δουλειά των εθελοντών|τη μακέτα|
        ένα συμβόλαιο χωρίς τέλος|τις τιμές του ρεύματος και του νερού|την ανακαίνιση του σταθμού|
        μια συλλογή σπάνιων μήλων|το πρόγραμμα της σεζόν|τα αποτελέσματα της έρευνας|ένα σχέδιο νόμου|
        τη διαμάχη για τα σύνορα|μια απλή λύση|τα χρήματα του ιδρύματος|τα άδεια μαγαζιά|
        ένα δάνειο δέκα ετών|τον θόρυβο των φορτηγών|το λογισμικό των γραφείων|το αρχείο της εφημερίδας|
        μια μηχανή της δεκαετίας του εβδομήντα|το αίτημα της αντιπολίτευσης|την υπομονή των κατοίκων|
        τη γνώση των παλιών|έναν φράχτη από ιτιές|το DNA των λύκων|το πόρισμα της επιτροπής|
        έναν κανόνα για τη νυχτερινή βάρδια|την κληρονομιά του υφαντουργείου|τον φόβο της πλημμύρας|
        έναν ξύλινο πύργο|το υπόλοιπο της σοδειάς|τα δεδομένα GPS των λεωφορείων|
        τα πρακτικά της συνεδρίασης|μια σειρά από γράμματα|την αρχή μιας φιλίας"""),
    mod=phrases("""
        από τον βορρά|με τρεις υπαλλήλους|στην άκρη της παλιάς πόλης|χωρίς γραφείο|δεύτερης γενιάς|
        πέρα από το ποτάμι|με καλό όνομα|από το διπλανό χωριό|με νέα διεύθυνση|της διπλανής πόρτας|
        με μεγάλη πείρα|της περιοχής"""),
    where=phrases("""
        στο παλιό γαλακτοκομείο|στο λιμάνι|πίσω από τον σταθμό|στην πλατεία|στον τρίτο όροφο|στην ακτή|
        σε ένα γκαράζ|χωρίς διακοπή λειτουργίας|μπροστά σε άδεια καθίσματα|στο ύπαιθρο|
        στη σκιά της εκκλησίας|με δικά του έξοδα|σε συνεννόηση με τις αρχές|παρά τις προειδοποιήσεις|
        με απλά μέσα|για ένα συμβολικό ποσό|ενάντια στη γνώμη των ειδικών|με βάση ένα παλιό σχέδιο"""),
    when=phrases("""
        Από την άνοιξη|Νωρίς το πρωί|Το περασμένο φθινόπωρο|Κάθε Τρίτη|Λίγο μετά τα μεσάνυχτα|
        Για πρώτη φορά|Μετά από μακρά αναζήτηση|Πριν από το καλοκαίρι|Στις διακοπές|Κάποιες μέρες|
        Σήμερα|Σύμφωνα με την αστυνομία|Λίγο αργότερα|Αυτές τις εβδομάδες|Χωρίς φασαρία|
        Προς έκπληξη όλων|Ωστόσο|Επιπλέον|Πράγματι|Στο μεταξύ|Γι’ αυτό|Τουλάχιστον|Ίσως"""),
    opener=phrases("Καμία έκπληξη|Με λίγα λόγια|Αντίθετα|Με άλλα λόγια|Ένα είναι βέβαιο"), opener_mark=": ",
    conj=phrases("επειδή|αν και|ενώ|μόλις|όταν|αφού|καθώς|όσο"),
    also=" και ",
    say=(
        "«{Q}», λέει {name}.",
        "«{Q}», εξηγεί {name} {where}.",
        "Ακούγεται συχνά η φράση «{Q}».",
        "Στο {place} λένε: «{Q}».",
        "Η λέξη είναι «{a}», και {s} το εννοεί.",
    ),
    ask=("Γιατί {s} {v} {o};", "Και αν {s} {v} {o};", "Ποιος {v} {o}, αν όχι {s};"),
    num=(
        "Εδώ ζουν περίπου {n} άνθρωποι, το {p} από τη γέννησή τους.",
        "Το κόστος ανέβηκε από {n} σε {n2} ευρώ, δηλαδή {p} πάνω.",
        "Κατά μέσο όρο χρειάζονται {d} λεπτά για να είναι όλα έτοιμα.",
        "Από {k} αιτήσεις εγκρίθηκαν {k2}, περίπου το {p}.",
        "Το {year} ήταν {n}, το {year2} ήδη {n2}.",
        "Με {d} βαθμούς η μέρα ήταν πιο ζεστή κατά {d2} βαθμούς.",
    ),
    brand=(
        "Στον κατάλογο υπάρχουν και Google, OpenAI και Waymo.",
        "{S} {v} {o} από τότε που η OpenAI μείωσε τις τιμές.",
        "Το αγαπημένο εργαλείο: ChatGPT.",
        "Πολλοί μιλούν για το GPT και λίγοι διαβάζουν το εγχειρίδιο.",
        "Στο τέλος μένει έξω και η Google, OpenAI και άλλοι έφυγαν νωρίτερα.",
    ),
    camel=(
        "Με το {c} και ένα iPhone {s} {v} {o}.",
        "Το βίντεο υπάρχει στο YouTube και στο {c}.",
        "Η εταιρεία {c} ιδρύθηκε το {year} και απασχολεί {k} άτομα.",
    ),
    abbr=(
        "Πρόκειται για σωλήνες, αντλίες, φίλτρα κ.λπ. και άρα για χρήματα.",
        "Η {a} κατέγραψε {k} περιπτώσεις, περισσότερες από πέρυσι.",
        "Σύμφωνα με την {a}, {s} {v} {o}.",
    ),
    link=(
        "Περισσότερα στο {url} ή στο {mail} όλο το εικοσιτετράωρο.",
        "Τα δεδομένα βρίσκονται στο {host} δωρεάν.",
        "Με το {tag} {s} μαζεύει εικόνες.",
    ),
    chain=(
        "Παλιά {s} ήταν στηνGoogle και τώρα {v} {o}.",
        "Στο τέλος του 2023OpenAIΜετά τη διακοπή όλα ξεκίνησαν πάλι.",
    ),
)

JA = dict(
    share=7, sep="", stop="。", dash="――", thousands=",", decimal=".", percent="%",
    quotes=(("「", "」"),), byline=("文", "取材", "編集", "写真"), date="{year}年{month}{k}日",
    months=phrases("1月|2月|3月|4月|5月|6月|7月|8月|9月|10月|11月|12月"),
    first=phrases("あかり|悠真|千尋|健吾|美咲|蓮|小夜子|拓海|文乃|直樹|紬|航平"),
    last=phrases("白鳥沢|水瀬川|霧島田|浅葱野|東雲寺|若草山|月岡原|深山路|柳ヶ瀬|青海原|石動谷|雪代"),
    place=phrases("汐見ヶ浦|霧ノ沢町|古鐘村|北松原|水鏡市|七坂町|白帆港|柚木台"),
    t=phrases("""
        勇気|疲れ|天気|忍耐|誇り|偶然|珈琲|霧|信頼|手続き|好奇心|郷愁|広告|統計|雪|音楽|習慣|見栄|勤勉|
        節約|うわさ|サッカー|記憶|干潮|手仕事|礼儀|雨|失業|文化財|親戚|科学|健康|農業|退屈|子育て|
        個人情報|住宅|物流|自信|薪|情熱|請求書|伝統|静けさ|研究|規則|未来|皮肉|正義|友情"""),
    topic=(
        "{t}と{t2}の間に、{t3}の入る余地は少ない。",
        "問題は{t}と{t2}、そして何より{t3}だ。",
        "{t}なくして{t2}なしと{place}では言われる。",
        "{t}よりも{t2}に近い話だと{name}さんは考える。",
    ),
    s=phrases("""
        元町長|若い港長|小さな市民団体|市立図書館|新しいデータセンター|引退した教師|近所のパン屋|
        協同組合|研究者のグループ|県庁|EU|市議会|新興企業|海の博物館|編集部|森林官|列車の運転士|町工場|
        交響楽団|消防署|元裁判官|回答者の多く|理事会|中学生のクラス|総合病院|JAXA|管理会社|
        家族経営の商店|気象台|匿名の寄付者|担当省庁|労働組合|自転車店の主人|混声合唱団|外科部長|
        海洋研究所|注意深い隣人|大学|獣医師|養蜂家|国会|会計係|沿岸警備隊|土木技師|劇場|薬剤師|
        クレーンの操縦士|翻訳者|二軒に一軒の家庭|NHK"""),
    v=phrases("""
        調べている|売り出した|詳しく説明した|守ろうとしている|計画している|支援している|集めている|
        変えた|見直した|監視している|支えている|疑っている|公表した|開発した|延期した|新しくした|
        求めている|批判した|歓迎した|評価した|よく知っている|愛している|懐かしんでいる|探している|
        見つけた|紹介した|建てた|整理した|管理している|比べている|待っている|必要としている|使っている|
        受け取った|研究している|残した|約束した|倍にした|修理した|翻訳した"""),
    o=phrases("""
        古い町の地図|費用のかさむ橋|長い報告書|二つ目の入り口|間違いの一覧|冬の時刻表|地下室の書類|
        運営会社への訴え|珍しい提案|ここ数年の測定値|体育館の屋根|最後の郵便ポスト|湧き水の分布図|
        ボランティアの仕事|十分の一の模型|期限のない契約|電気と水道の料金|駅舎の改築|珍しいリンゴの標本|
        来季の演目|調査の結果|法律の草案|境界石をめぐる争い|簡単な解決策|財団の資金|空き店舗|十年ローン|
        トラックの騒音|役所のソフトウェア|新聞社の資料室|七十年代の機械|野党の動議|住民の忍耐|
        年長者の知恵|柳の垣根|オオカミのDNA|委員会の見解|夜勤の新しい規則|織物工場の遺産|洪水への不安|
        木造の塔|収穫の残り|バスのGPS記録|会議の議事録|手紙の束|友情の始まり"""),
    mod=phrases("""
        北部から来た|従業員三人の|旧市街の外れにある|決まった事務所を持たない|二代目となる|川向こうの|
        評判のよい|隣村の|新体制の|経験豊かな|地元の|長年の伝統を持つ"""),
    where=phrases("""
        古い牛乳工場で|港で|駅の裏で|広場で|三階の部屋で|海岸沿いで|車庫の中で|機械を止めずに|
        空席の前で|青空の下で|教会の陰で|自費で|当局と相談しながら|度重なる警告にもかかわらず|
        簡単な道具だけで|わずかな料金で|専門家の助言に反して|昔の計画どおりに"""),
    when=phrases("""
        春から|早朝|去年の秋|毎週火曜日|真夜中過ぎ|初めて|長い調査の末|夏までに|休暇中|日によっては|
        今日|警察によると|少し後になって|この数週間|ひっそりと|誰もが驚く中|それでも|さらに|実際|一方で|
        そのため|少なくとも|おそらく"""),
    opener=phrases("要するに|逆に言えば|言い換えれば|当然ながら|不思議なことに"), opener_mark="、",
    conj=phrases("ため|ので|一方|とき|のに|うえ|ことから|ものの"),
    also="。また、",
    say=(
        "「{q}」と{name}さんは話す。",
        "「{q}」と{name}さんは{where}説明した。",
        "{name}さんは「{q}。{q2}」と振り返る。",
        "合言葉は「{a}」だと{name}さんは言う。",
    ),
    ask=(
        "なぜ{s}は{o}を{v}のか。",
        "もし{s}が{o}を手放したらどうなるのか。",
        "{s}でなければ、誰が{o}を守るのか。",
    ),
    num=(
        "ここには約{n}人が暮らし、{p}は生まれてからずっと住んでいる。",
        "費用は{n}円から{n2}円へ、{p}増えた。",
        "準備が整うまでに平均で{d}分かかる。",
        "{k}件の申請のうち{k2}件が認められ、割合は約{p}だった。",
        "{year}年には{n}個、{year2}年には{n2}個に達した。",
        "気温は{d}度で、平年より{d2}度高かった。",
    ),
    brand=(
        "一覧には Google, OpenAI, Waymo の名も並ぶ。",
        "OpenAI が値下げしてから、{s}は{o}を{v}。",
        "選ばれた道具は ChatGPT だった。",
        "GPT の話をする人は多いが、説明書を読む人は少ない。",
    ),
    camel=(
        "{c}と iPhone を使い、{s}は{o}を{v}。",
        "映像は YouTube と {c} で見られる。",
        "{c}は{year}年に設立され、{k}人が働いている。",
    ),
    abbr=(
        "{a}によると、件数は{k}件で前年を上回った。",
        "話題は配管、ポンプ、ろ過器などで、要するにお金の話だ。",
        "{a}と{s}は{o}を{v}。",
    ),
    link=(
        "詳しくは {url} または {mail} まで。",
        "資料は {host} で公開されている。",
        "{tag} で{s}が写真を集めている。",
    ),
    chain=("以前はGoogleAutopilot企業Waymo にいた{name}さんは{o}を{v}。",),
)

LANGS = dict(de=DE, it=IT, en=EN, fr=FR, ru=RU, el=EL, ja=JA)
CAMEL = phrases("""
    VexiPay|NuvaDrive|KiboLab|eTarno|ZelaBox|LumiKey|MorvaNet|iTresk|DALL-E|TresoGPT|QuivoMaps|ArloTV|
    MLLMs|GPT3""")
ABBR = dict(
    de=phrases("GEMA|AOK|NATO|WHO|IHK|OECD|DIN|UNO"), it=phrases("INPS|ANAS|ASL|ENEA|OMS|ONU|ASI|OCSE"),
    en=phrases("NATO|WHO|OECD|UN|FBI|IMF|CDC|IEEE"), fr=phrases("EDF|OTAN|RATP|INRA|OMS|OCDE|BNF|ONU"),
    ru=phrases("ООН|ВОЗ|НАТО|МВФ|РЖД|ФСБ|ОЭСР|МИД"), el=phrases("ΕΛΣΤΑΤ|ΑΑΔΕ|ΕΥΔΑΠ|ΕΜΥ|ΕΛΑΣ|ΕΠΟ"),
    ja=phrases("WHO|OECD|NATO|JR|IMF|UNESCO"),
)
SLUGS = phrases("""
    hafen|archiv|wetter|biblio|porto|treno|harbour|mill|ferry|gazette|marche|moulin|radio|museum|forest|
    bridge|cinema|market""")
SWITCHER = phrases("""
    English|Deutsch|Français|Italiano|español|Português|Nederlands|Svenska|Dansk|Polski|Čeština|Magyar|
    Română|Türkçe|Tiếng Việt|Русский|Українська|Ελληνικά|العربية|עברית|हिन्दी|ไทย|中文|简体中文|日本語|
    한국어|Indonesian|Suomalainen|Spansk|Italienisch""")


# --- clean text --------------------------------------------------------------------------
class Writer:
    """Makes sentences and articles of one stream; the only state is the random sequence."""

    def __init__(self, seed, dirty):
        self.rand = random.Random(seed).random
        self.dirty = dirty
        self.faults = {}
        self.last_byline = ""
        self.due = FAULT_EVERY
        self.bag = [code for code, lang in LANGS.items() for _ in range(lang["share"])]

    def pick(self, seq):
        return seq[int(self.rand() * len(seq))]

    def between(self, low, high):
        return low + int(self.rand() * (high - low + 1))

    def chance(self, p):
        return self.rand() < p

    # words and numbers
    def large(self, L):
        n = self.between(11, 999) * self.pick((100, 500, 1000, 10, 1))
        digits = str(n)
        if n < 10000 and L["thousands"] in (NBSP, NNBSP):
            return digits
        groups = []
        while len(digits) > 3:
            groups.insert(0, digits[-3:])
            digits = digits[:-3]
        return L["thousands"].join([digits] + groups)

    def decimal(self, L):
        return "%d%s%d" % (self.between(1, 29), L["decimal"], self.between(1, 9))

    def name(self, L):
        if L is JA:
            return self.pick(L["last"]) + self.pick(L["first"])
        return self.pick(L["first"]) + " " + self.pick(L["last"])

    def subject(self, L):
        s = self.pick(L["s"])
        if self.chance(0.3):
            s = self.pick(L["mod"]) + s if L is JA else s + " " + self.pick(L["mod"])
        return s

    def clause(self, L):
        """A main clause, without capital and full stop."""
        s, v, o = self.subject(L), self.pick(L["v"]), self.pick(L["o"])
        where = self.pick(L["where"]) if self.chance(0.4) else ""
        if L is JA:
            return s + "は" + where + o + "を" + v
        if L is DE and where:
            return s + " " + v + " " + where + " " + o
        return s + " " + v + " " + o + (" " + where if where else "")

    def subordinate(self, L):
        s, v, o, c = self.pick(L["s"]), self.pick(L["v"]), self.pick(L["o"]), self.pick(L["conj"])
        if L is DE:
            return c + " " + s + " " + o + " " + v
        if L is FR and c.endswith("que") and s[0] in "aeiouéèêh":
            return c[:-1] + "’" + s + " " + v + " " + o
        if L is FR and c == "même si" and s.startswith("il"):
            c = "quand"
        return c + " " + s + " " + v + " " + o

    def fill(self, L, code, template):
        def value(m):
            key = m.group(1)
            if key in ("s", "S"):
                s = self.subject(L)
                return capital(s) if key == "S" else s
            if key in ("v", "where"):
                return self.pick(L[key])
            if key in ("o", "o2"):
                return self.pick(L["o"])
            if key in ("t", "t2", "t3"):
                return self.pick(L["t"])
            if key in ("q", "q2"):
                return self.clause(L)
            if key in ("Q", "Q2"):
                return capital(self.clause(L))
            if key == "name":
                return self.name(L)
            if key == "place":
                return self.pick(L["place"])
            if key in ("n", "n2"):
                return self.large(L)
            if key == "p":
                return str(self.between(2, 98)) + L["percent"]
            if key in ("d", "d2"):
                return self.decimal(L)
            if key in ("k", "k2"):
                return str(self.between(2, 28))
            if key in ("year", "year2"):
                return str(self.between(1961, 2031))
            if key == "month":
                return self.pick(L["months"])
            if key == "c":
                return self.pick(CAMEL)
            if key == "a":
                return self.pick(ABBR[code])
            if key == "url":
                return "https://www.%s-%s.example/%s/%d" % (
                    self.pick(SLUGS), self.pick(SLUGS), self.pick(SLUGS), self.between(1, 99999))
            if key == "mail":
                return "%s.%s@%s.example" % (self.pick(SLUGS), self.pick(SLUGS), self.pick(SLUGS))
            if key == "host":
                return capital(self.pick(SLUGS)) + self.pick(SLUGS) + ".info"
            if key == "tag":
                return "#" + capital(self.pick(SLUGS)) + capital(self.pick(SLUGS))
            raise KeyError(key)

        if "{ql}" in template:
            left, right = self.pick(L["quotes"])
            template = template.replace("{ql}", left).replace("{qr}", right)
        text = SLOT.sub(value, template)
        return text if template.startswith("{c}") else capital(text)

    def sentence(self, L, code, kind=None):
        if kind is None:
            kind = self.pick(KINDS)
        if kind in TEMPLATES:
            return self.fill(L, code, self.pick(L[kind]))
        stop = L["stop"]
        if kind == "when":
            when = self.pick(L["when"])
            if L is DE:
                return "%s %s %s %s." % (when, self.pick(L["v"]), self.subject(L), self.pick(L["o"]))
            return when + ("、" if L is JA else ", ") + self.clause(L) + stop
        if kind == "sub":
            if L is JA:
                s, o, v = self.pick(L["s"]), self.pick(L["o"]), self.pick(L["v"])
                return s + "が" + o + "を" + v + self.pick(L["conj"]) + "、" + self.clause(L) + stop
            return capital(self.clause(L)) + ", " + self.subordinate(L) + stop
        if kind == "also":
            return capital(self.clause(L)) + L["also"] + self.clause(L) + stop
        if kind == "dash":
            return capital(self.clause(L)) + L["dash"] + self.clause(L) + stop
        if kind == "opener":
            return self.pick(L["opener"]) + L["opener_mark"] + self.clause(L) + stop
        return capital(self.clause(L)) + stop

    # articles
    def paragraph(self, L, code, room):
        goal = self.between(200, 780)
        if L is JA:
            goal = min(goal, 420)
        goal = min(goal, room)
        text, glue = "", False
        while len(text) < goal:
            plain = self.sentence(L, code)
            if self.dirty and len(text) + len(plain) < 880:
                self.due -= len(plain)
                if self.due <= 0:
                    self.due += self.between(FAULT_EVERY - 60, FAULT_EVERY + 60)
                    plain, glue_next = self.spoil(L, code, plain)
                else:
                    glue_next = False
            else:
                glue_next = False
            if len(text) >= 200 and len(text) + len(plain) > 890:
                break
            if text:
                if glue and GLUE_LEFT.search(text) and GLUE_RIGHT.match(plain):
                    self.count("sentence-glue")
                else:
                    if glue:
                        self.due = 0
                    text += L["sep"]
            text += plain
            glue = glue_next
        if glue:
            self.due = 0
        if self.dirty and self.due < 60 and text.endswith(".") and self.chance(0.25):
            self.due += FAULT_EVERY
            self.count("double-stop")
            text += " ."
        return text

    def article(self):
        code = self.pick(self.bag)
        L = LANGS[code]
        title = capital(self.clause(L))
        lines = [title, self.fill(L, code, L["date"])]
        if self.dirty and self.chance(0.5):
            names = list(SWITCHER)
            chosen = [names.pop(int(self.rand() * len(names))) for _ in range(self.between(7, 14))]
            at = self.pick((0, 1, 2))
            lines.insert(at, ("" if self.chance(0.75) else " | ").join(chosen))
            self.count("language-switcher")
        if self.chance(0.7):
            byline = self.last_byline
            while byline == self.last_byline:
                byline = self.pick(L["byline"]) + " | " + self.name(L)
            self.last_byline = byline
            if self.dirty and self.chance(0.5):
                byline = byline.replace(" | ", " |. ")
                self.count("bar-stop")
            lines.append(byline)
        size = sum(len(line.encode()) + 2 for line in lines)
        goal = self.between(2000, 7000)
        while size < goal:
            widest = 3 if L is JA else 2 if L in (RU, EL) else 1.1
            room = int((7900 - size) / widest) - 300
            if room < 200 and size >= 2000:
                break
            text = self.paragraph(L, code, max(room, 200))
            lines.append(text)
            size += len(text.encode()) + 2
        return code, "\n\n".join(lines)

    # faults
    def count(self, fault):
        self.faults[fault] = self.faults.get(fault, 0) + 1

    def spoil(self, L, code, plain):
        """Returns the sentence with one fault, and whether the next is to be glued to it."""
        for _ in range(4):
            fault = self.pick(FAULTS)
            if fault == "sentence-glue":
                if L is not JA and GLUE_LEFT.search(plain):
                    return plain, True
                continue
            text = self.spoiled(L, code, plain, fault)
            if text:
                self.count(fault)
                return text, False
        text = self.spoiled(L, code, plain, "double-space") or plain + NBSP + " "
        self.count("double-space" if L is not JA else "nbsp-run")
        return text, False

    def at_space(self, text, new):
        at = text.find(" ", int(self.rand() * len(text) * 0.8))
        if at < 0:
            return None
        return text[:at] + new + text[at + 1:]

    def spoiled(self, L, code, plain, fault):
        if fault == "double-space":
            return self.at_space(plain, "  ")
        if fault == "nbsp-run":
            return self.at_space(plain, self.pick((NBSP + NBSP, NBSP + " ", " " + NBSP)))
        if fault == "space-before-mark":
            if ", " in plain and "’, " not in plain:
                return plain.replace(", ", " , ", 1)
            return WORD_STOP.sub(" .", plain) if WORD_STOP.search(plain) else None
        if fault == "invisible":
            latin = L is not RU and L is not EL
            m = (LATIN_WORD if latin else LONG_WORD).search(plain, int(self.rand() * len(plain) * 0.7))
            if not m:
                return None
            at = (m.start() + m.end()) // 2
            mark = self.pick((SHY, SHY, ZWSP, FEFF) if latin else (SHY, FEFF))
            return plain[:at] + mark + plain[at:]
        if fault == "missing-space":
            text = self.sentence(L, code, "brand")
            spoiled = MARK_BRAND.sub(r"\1\2", text, count=1)
            return spoiled if spoiled != text else None
        if fault == "link-glue":
            if self.chance(0.25):
                return self.sentence(L, code, "chain")
            text = self.sentence(L, code, "brand")
            spoiled = BEFORE_BRAND.sub(r"\1\2", text, count=1)
            return spoiled if spoiled != text else None
        if fault == "case-glue":
            m = CASE_PAIR.search(plain, int(self.rand() * len(plain) * 0.6))
            return plain[:m.end(1)] + plain[m.start(2):] if m else None
        if fault == "mixed-quotes" and L in (DE, IT, EN):
            text = self.sentence(L, code, "say")
            left, right = L["quotes"][0]
            at = text.rfind("." + right)
            if at < 0 or text.rfind(left, 0, at) < 0:
                return None
            return text[:at] + '. "' + text[at + 2:]
        if fault == "e-apostrophe" and L is IT:
            text = self.pick([t for t in IT["abbr"] if t.startswith("È ")])
            return "E'" + self.fill(L, code, text)[1:]
        return None


# How often each kind of sentence comes, and each kind of fault is tried.
KINDS = ("plain",) * 12 + ("when",) * 20 + ("sub",) * 18 + ("topic",) * 10 + ("also",) * 7 + \
    ("dash",) * 4 + ("opener",) * 4 + ("say",) * 13 + ("ask",) * 3 + ("num",) * 9 + ("brand",) * 3 + \
    ("camel",) * 4 + ("abbr",) * 4 + ("link",) * 1
TEMPLATES = ("say", "ask", "num", "brand", "camel", "abbr", "link", "topic", "chain")
FAULTS = ("double-space", "nbsp-run", "space-before-mark", "invisible", "missing-space", "link-glue",
          "case-glue", "mixed-quotes", "e-apostrophe", "sentence-glue", "sentence-glue")

SLOT = re.compile(r"\{(\w+)\}")
GLUE_LEFT = re.compile(r"[a-zà-öø-ÿа-яёα-ωά-ώ]{2}\.$")
GLUE_RIGHT = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯЁΑ-Ω][a-zà-öø-ÿа-яёα-ωά-ώ]")
WORD_STOP = re.compile(r"(?<=[a-zà-öø-ÿа-яёα-ωά-ώ]{2})\.$")
LATIN_WORD = re.compile(r"(?<![\w.#@/:-])[A-Za-zà-öø-ÿ]{6,}(?![\w.@/:-])")
LONG_WORD = re.compile(r"(?<![\w.#@/:-])[а-яёα-ωά-ώ]{6,}(?![\w.@/:-])")
MARK_BRAND = re.compile(r"([,:]) ((?:%s)\b)" % "|".join(BRANDS))
BEFORE_BRAND = re.compile(r"(\w) ((?:%s)\b)" % "|".join(BRANDS))
CASE_PAIR = re.compile(r"(?<![\w.])([a-zà-öø-ÿа-яёά-ώα-ω]{2,}) ([A-ZÄÖÜÉА-ЯΑ-Ω][a-zà-öø-ÿа-яёά-ώα-ω]{2,})(?!\w)")


def capital(text):
    return text[:1].upper() + text[1:]


def write(kind, megabytes, out, seed):
    writer = Writer(seed, kind == "dirty")
    limit, size, number, chars = int(megabytes * 1_000_000), 0, 0, 0
    with open(os.path.join(out, kind + ".txt"), "w", encoding="utf-8", newline="\n") as txt, \
            open(os.path.join(out, kind + ".jsonl"), "w", encoding="utf-8", newline="\n") as records:
        while size < limit:
            code, text = writer.article()
            number += 1
            body = text + "\n" if size == 0 else "\n" + text + "\n"
            txt.write(body)
            size += len(body.encode())
            chars += len(body)
            records.write(json.dumps({"id": number, "lang": code, "text": text}, ensure_ascii=False) + "\n")
    total = sum(writer.faults.values())
    print("%s: %d articles, %d bytes, %d characters, %d faults%s" % (
        kind, number, size, chars, total, ", one in %d characters" % (chars // total) if total else ""))
    for fault, count in sorted(writer.faults.items()):
        print("  %-18s %d" % (fault, count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clean-mb", type=float, default=20, help="size of clean.txt in MB (default 20)")
    parser.add_argument("--dirty-mb", type=float, default=20, help="size of dirty.txt in MB (default 20)")
    parser.add_argument("--out", required=True, help="folder to write to; made if it does not exist")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other text (default 1)")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    write("clean", args.clean_mb, args.out, args.seed * 2)
    write("dirty", args.dirty_mb, args.out, args.seed * 2 + 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
