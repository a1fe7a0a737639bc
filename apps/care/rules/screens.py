"""What the screens of a check-in's end say. A clinical lead approves every change."""

from apps.care.rules.wording import Text

NOT_WATCHED = Text(
    "This app is not watched all the time. Your team looks at it on work days. If you are "
    "in danger, call 911. To talk to someone now, call or text 988.",
    "Nadie mira esta app todo el tiempo. Tu equipo la revisa en días de trabajo. Si estás "
    "en peligro, llama al 911. Para hablar con alguien ahora, llama o escribe al 988.",
)

THANKS = Text("Thanks, that's enough for today.", "Gracias, con eso basta por hoy.")

RIDE = Text(
    "That was a strong one. It rises, it crests, it passes. Want to ride it out together?",
    "Fue fuerte. Sube, llega arriba y pasa. ¿Quieres surfear la ola?",
)

# Reported use.
USE_THANKS = Text(
    "Thank you for telling us. That took courage. You are still welcome here, and one hard "
    "day does not erase your work. What matters most right now is that you are safe.",
    "Gracias por contarlo. Hace falta valor. Aquí sigues teniendo tu lugar, y un día "
    "difícil no borra tu esfuerzo. Lo más importante ahora es que estés a salvo.",
)
USE_SAFE = Text("I'm safe", "Estoy a salvo")
USE_HELP = Text("I need help now", "Necesito ayuda ahora")
USE_CALL = Text("Call me today", "Que me llamen hoy")
USE_PLAN = Text("Open my plan", "Abrir mi plan")
USE_OVERDOSE = Text(
    "Please don't be alone. Keep naloxone close and tell someone. After a break, your body "
    "can't handle what it used to. If you feel very sleepy or sick, call 911.",
    "Por favor, busca compañía. Ten naloxona cerca y avisa a alguien. Después de una pausa, "
    "tu cuerpo no aguanta lo de antes. Si te da mucho sueño o te sientes mal, llama al 911.",
)
USE_OVERDOSE_LINE = Text(
    "They stay on the line while someone uses, day and night.",
    "Se quedan en la línea mientras alguien consume, de día y de noche.",
)
USE_STOPPING = Text(
    "If it has been every day, stopping all at once can be dangerous. Shaking, sweating, "
    "seeing things or a seizure: call 911.",
    "Si ha sido todos los días, parar de golpe puede ser peligroso. Temblores, sudor, ver "
    "cosas o una convulsión: llama al 911.",
)
USE_NEXT = Text(
    "A slip is a moment, not the whole story. What you have learned is still yours. The "
    "next choice counts more than the last one.",
    "Un tropiezo es un momento, no toda la historia. Lo que aprendiste sigue siendo tuyo. "
    "La próxima decisión cuenta más que la última.",
)

# Does not feel safe.
SAFE_HEAVY = Text(
    "It sounds like things are very heavy right now. You deserve to talk with a person, "
    "not an app. Call or text 988 any time, day or night. If you may act on these "
    "thoughts, call 911 or go to the nearest emergency room.",
    "Parece que todo pesa mucho ahora. Mereces hablar con una persona, no con una app. "
    "Llama o escribe al 988 a cualquier hora. Si crees que puedes hacerte daño, llama al "
    "911 o ve a la sala de emergencias más cercana.",
)
SAFE_CALL_988 = Text("Call 988", "Llamar al 988")
SAFE_TEXT_988 = Text("Text 988", "Escribir al 988")
SAFE_CALL_911 = Text("Call 911", "Llamar al 911")
SAFE_CALL_PERSON = Text("Call my person", "Llamar a mi persona")
SAFE_FOR_NOW = Text("I'm OK for now", "Por ahora estoy bien")
SAFE_OFFER = Text(
    "Would you like someone from your team to call you?",
    "¿Quieres que te llame alguien de tu equipo?",
)
SAFE_VIOLENCE = Text(
    "If someone may hurt you, the National Domestic Violence Hotline is there day and "
    "night: 1-800-799-7233, or text START to 88788. If you are in danger now, call 911.",
    "Si alguien puede hacerte daño, la Línea Nacional contra la Violencia Doméstica "
    "atiende día y noche: 1-800-799-7233, o escribe START al 88788. Si estás en peligro "
    "ahora, llama al 911.",
)

# The overdose card.
OVERDOSE_TITLE = Text("Overdose: what to do", "Sobredosis: qué hacer")
OVERDOSE_SIGNS = (
    Text("Won't wake up", "No despierta"),
    Text("Slow or no breathing", "Respira lento o no respira"),
    Text("Blue or gray lips or nails", "Labios o uñas azules o grises"),
    Text("Gurgling", "Ronquido o gorgoteo"),
)
OVERDOSE_STEPS = (
    Text("Call 911.", "Llama al 911."),
    Text(
        "Give naloxone. Nose spray: one spray, one side.",
        "Da naloxona. Espray nasal: un disparo, un lado.",
    ),
    Text(
        "Give rescue breaths if you can. Lay them on their side.",
        "Da respiraciones si puedes. Pon a la persona de lado.",
    ),
    Text(
        "Give a second dose after 2 to 3 minutes if nothing changes.",
        "Da una segunda dosis a los 2 o 3 minutos si nada cambia.",
    ),
    Text("Stay.", "Quédate."),
)
OVERDOSE_LAW = Text(
    "Massachusetts law protects people who call for help in an overdose.",
    "La ley de Massachusetts protege a quien pide ayuda en una sobredosis.",
)
OVERDOSE_NALOXONE = Text(
    "You can buy naloxone at a drug store, no script needed. Some places in this state hand "
    "it out for free. Ask us where.",
    "Puedes comprar naloxona en la farmacia, sin receta. Muchos lugares del estado la dan "
    "gratis. Pregúntanos dónde.",
)
OVERDOSE_LOOK = Text("How to tell", "Cómo se nota")
OVERDOSE_DO = Text("What to do", "Qué hacer")
OVERDOSE_NOT_ALONE = Text(
    "If you use, try not to be alone. This line stays with you, day and night:",
    "Si consumes, trata de tener compañía. Esta línea se queda contigo, de día y de noche:",
)
POISON_CONTROL = Text(
    "Poison Control, day and night:", "Control de Envenenamiento, de día y de noche:"
)

# The end of an ordinary check-in.
ONE_THING = Text("One thing for now", "Una cosa para ahora")
GOOD_THING = Text("Worth keeping", "Vale la pena seguir")
SOMEBODY = Text("Can't wait? Call us:", "¿No puede esperar? Llámanos:")

# Lines that are the same at every site. Local ones are rows of the site.
NATIONAL_LINES = {
    "emergency": "911",
    "lifeline": "988",
    "domestic_violence": "1-800-799-7233",
    "overdose_prevention": "1-800-972-0590",
    "poison_control": "1-800-222-1222",
}
