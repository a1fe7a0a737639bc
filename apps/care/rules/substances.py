"""What substances and medicines are called in a sentence for staff."""

from apps.care.rules.wording import Text

SUBSTANCES = {
    "alcohol": Text("alcohol", "alcohol"),
    "opioids": Text("opioid", "opioides"),
    "cocaine": Text("cocaine", "cocaína"),
    "meth": Text("stimulant", "estimulantes"),
    "benzos": Text("benzodiazepine", "benzodiacepinas"),
    "cannabis": Text("cannabis", "cannabis"),
}
MEDICINES = {
    "buprenorphine": Text("buprenorphine", "buprenorfina"),
    "methadone": Text("methadone", "metadona"),
    "naltrexone": Text("naltrexone", "naltrexona"),
    "acamprosate": Text("acamprosate", "acamprosato"),
    "disulfiram": Text("disulfiram", "disulfiram"),
}
