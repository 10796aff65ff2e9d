"""Sentences of the English case narratives.

Slots that become entities: ``person``, ``short`` (the same, by family name), ``other``,
``kin`` (PERSON); ``age``, ``aged``, ``years``, ``age2``, ``minor_age`` (AGE);
``family``, ``family2`` (FAMILY); ``address``, ``address2`` (ADDRESS); ``phone``,
``phone2`` (PHONE). All other slots look like entities now and then and are none.
"""

OPENINGS = (
    "{person}, {age}, of {address}, stood trial before the {court} court.",
    "The {court} court heard the case against {person}, who lives at {address}.",
    "On {date} the {aged} defendant {person} appeared before the {court} court.",
    "File {docket} concerns {person}, {age}.",
    "Before the court is {person} of {address}.",
    "The prosecution of {person} opened on {date}; the defendant is {age}.",
    "{person} was charged on {date} after a complaint by {other}.",
    "In file {docket} the {aged} {person} answers a complaint of {other}.",
    "The defendant gave the name {person} and an address at {address}.",
    "Police reached {person}, {age}, under {phone} on {date}.",
)

FACTS = {
    "assault": (
        "The charge is assault: {other} was struck twice outside {company}.",
        "After a quarrel over {amount} crowns, an assault left {other} with a scar.",
        "{other} says that the assault took place near {address2}.",
        "The assault was reported by a {family} of {other}.",
        "Two guards of {company} saw the assault and held {person} until police came.",
    ),
    "burglary": (
        "The charge is burglary of a flat at {address2}.",
        "{other} came home on {date} and found the burglary under way.",
        "The burglary at {company} cost {amount} crowns.",
        "Tools for a burglary lay in the car of {person}.",
        "Nothing but {item} was taken in the burglary of {address2}.",
    ),
    "drugs": (
        "The charge is dealing in drugs worth {amount} crowns.",
        "Officers found drugs hidden in {item}.",
        "{other} named {person} as the source of the drugs.",
        "The drugs were handed over behind {company}.",
        "A parcel of drugs had been sent to {address2}.",
    ),
    "fraud": (
        "The charge is fraud: {other} paid {amount} crowns for {item} never sent.",
        "The fraud began with a call from {phone2}.",
        "By the fraud {company} lost {amount} crowns.",
        "In the name of {other}, {person} signed a loan; the bank calls it fraud.",
        "{person} denies the fraud and blames a partner at {company}.",
    ),
    "robbery": (
        "The charge is robbery of {item} in front of {company}.",
        "{other} recognised {person} as the one who did the robbery.",
        "The robbery at {address2} took less than 2 minutes.",
        "A knife was shown during the robbery, and {other} gave up {item}.",
        "The robbery of {amount} crowns happened on {date}.",
    ),
    "theft": (
        "The charge is theft of {item}.",
        "The theft came to light when {other} counted the till of {company}.",
        "{person} admits the theft of {amount} crowns.",
        "Of the theft at {address2} there is no witness but {other}.",
        "The theft of {item} was noticed on {date}.",
    ),
}

TOPICS = {
    "compensation": (
        "{other} has received {amount} crowns in compensation.",
        "No compensation was offered.",
        "The {family} of {person} paid the compensation on {date}.",
        "{other} refuses any compensation.",
        "The court put the compensation at {amount} crowns.",
    ),
    "mediation": (
        "Mediation failed after two meetings.",
        "The parties agreed to mediation on {date}.",
        "{kin}, a {family} of {person}, asked for mediation.",
        "In mediation {other} withdrew the complaint.",
        "The judge had urged mediation from the start.",
    ),
    "appeal": (
        "{person} will appeal.",
        "The appeal of {date} was dismissed.",
        "Neither side lodged an appeal.",
        "In the appeal, counsel relies on the evidence given by {other}.",
        "The time for an appeal ends on {date}.",
    ),
    "surrender": (
        "The surrender of {person} on {date} counts in the defendant's favour.",
        "It was the {family} who talked {person} into surrender.",
        "There was no surrender; police had to search for 9 days.",
        "{kin} came along to the surrender.",
        "A surrender after 3 weeks weighs little.",
    ),
    "evidence": (
        "The evidence fills 14 folders.",
        "{other} gave evidence by telephone from {phone2}.",
        "Without the evidence of {other} the charge would fall.",
        "The evidence was seized at {address2}.",
        "Part of the evidence is a letter to the {family}.",
    ),
    "debt": (
        "A debt of {amount} crowns stood behind it.",
        "{person} owed {other} a debt since {date}.",
        "The debt had passed from {kin} to the {family}.",
        "To pay the debt, {item} had been pawned.",
        "The lender of the debt is {company}.",
    ),
    "probation": (
        "The court granted 24 months of probation.",
        "During probation {person} has to live at {address2}.",
        "The offence falls into a time of probation.",
        "The probation officer can be called at {phone2}.",
        "Probation was refused because of what {other} had suffered.",
    ),
    "forensic": (
        "A forensic report names {person} as the writer.",
        "The forensic report of {date} leaves the question open.",
        "{other} was examined in the forensic institute at {address2}.",
        "A second forensic report was asked for by counsel.",
        "Forensic traces on {item} match the defendant.",
    ),
    "camera": (
        "A camera of {company} recorded the scene.",
        "The camera at {address2} was out of order.",
        "On the camera pictures {kin} recognised {person}.",
        "The camera shows the {family} of {other} at the door.",
        "Pictures of a camera, 34 years old, were of no use.",
    ),
    "minor": (
        "A minor was present, the {family} of {other}.",
        "{kin}, a minor, was heard in private.",
        "{person} has to care for a minor at {address2}.",
        "That a minor saw it makes it worse.",
        "The minor is {minor_age} and lives with a {family}.",
    ),
    "bail": (
        "Bail was set at {amount} crowns.",
        "{kin}, a {family}, put up the bail.",
        "On bail, {person} must answer the phone at {phone}.",
        "The request for bail was refused on {date}.",
        "{person} broke the terms of bail and was found at {address2}.",
    ),
}

PERSONAL = (
    "The defendant can be reached at {phone}.",
    "{person} shares the flat at {address} with a {family}.",
    "Summons go to {address}; the telephone is {phone}.",
    "{person} supports a {family} and a {family2}.",
    "The next of kin is {kin}, {family} of the defendant.",
    "{kin}, the {family}, is {age2} and lives at {address2}.",
    "Call the {family} at {phone2} before any visit.",
    "{other} asked that the number {phone2} be kept out of the file.",
    "The witness {other} moved from {address2} in the spring.",
    "{person} turned {years} in prison.",
    "Since the death of the {family}, {person} has lived alone.",
    "Letters to {other} come back from {address2}.",
    "{short} said nothing in court.",
)

ASIDES = (
    "The hearing lasted until noon.",
    "File {docket} replaces an earlier one.",
    "{company} is not a party.",
    "The building is {number} years old.",
    "It happened in the week of Mother's Day.",
    "Will the court grant a rest? It will, on {date}.",
    "The account {account} was closed.",
    "Brothers in law is the name of a choir that sang nearby.",
    "The rose garden of the {court} court was open.",
    "The costs are {amount} crowns.",
    "The ruling known as Pump Road was cited.",
    "A grant of {amount} crowns pays for the interpreter.",
)

FAMILY_WORDS = (
    "wife husband son daughter father mother brother sister godson cousin nephew niece "
    "grandmother"
)
FAMILY_WORDS_UNSEEN = "stepson grandfather mother-in-law half-sister"

ITEMS = (
    "a bicycle|two rings|a violin|the rose vase|a box of tools|a telephone|"
    "a grey coat|three watches|the will of a client|a laptop"
)
# Family names and streets lend their words to firms, and given names are words too.
COMPANIES = (
    "Mason and Cooper|Brothers Lund|Weaver Bank|the Grant Hotel|Father and Son Motors|"
    "the Rose Arcade|Orchard Foods|Marlgate Transport|the Station Market|Elmwick Paper"
)
COURTS = "county|city|appeal"
WORD_NAMES = "Grant Rose Will May Mark Faith"
WORD_NAMES_UNSEEN = "Hope Bill"
