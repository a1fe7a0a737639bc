// The one skill that fits what was answered: apps/care/rules/one_thing.py once more, for a
// phone without a network, which knows no skills of the person's own.
const FOR_BODY = {
  hungry: "cop.care.eat",
  angry: "cop.dbt.stop",
  lonely: "cop.con.call",
  tired: "cop.care.rest",
};
const LOW_MOOD = 2;
const UNSURE = 4;

export const oneThing = ({ body, mood, confidence, feels_safe }) => {
  if (["no", "not_sure"].includes(feels_safe)) return FOR_BODY.lonely;
  const need = Object.keys(FOR_BODY).find((state) => body?.includes(state));
  if (need) return FOR_BODY[need];
  if ((mood || 5) <= LOW_MOOD) return "cop.con.text";
  return confidence != null && confidence <= UNSURE ? "cop.cbt.next_hour" : "cop.dbt.breath";
};
