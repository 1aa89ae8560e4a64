"""The chapters of the catalogue: the first two letters of an id, and what they are about."""

CHAPTERS = {
    "RT": "round trips",
    "LD": "legacy defaults",
    "QN": "qname splitting",
    "UP": "upsert",
    "ST": "stored status",
    "CX": "cancel",
    "NF": "next fire time",
    "FM": "format",
    "ER": "bad input",
    "CR": "crash safety",
    "CC": "concurrency",
    "CM": "Cypher mirror",
    "SE": "hostile surroundings",
    "FS": "choosing a backend",
}
