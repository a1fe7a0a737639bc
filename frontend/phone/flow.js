// What a check-in asks, when, and where it ends: apps/care/rules/checkin_flow.py once more,
// for a phone without a network. A test runs both over the same answers.
const PATH = [
  "craving_peak",
  "triggers",
  "coping_used",
  "mood",
  "body",
  "confidence",
  "use_reported",
  "use_what",
  "contact_request",
  "feels_safe",
  "unsafe_because",
];
const ONE_TAP_PATH = ["one_tap", "feels_safe", "unsafe_because"];
const REQUIRED = ["craving_peak", "use_reported", "one_tap"];
const RIDE_FROM = 7;
const LOW_CONFIDENCE = 2;
const OVERDOSE_RISK = ["opioids", "cocaine", "meth", "other", "rather_not"];
const STOPPING_RISK = ["alcohol", "benzos"];

export const isUnsafe = (answers) => ["no", "not_sure"].includes(answers.feels_safe);
const used = (answers) => answers.use_reported === "yes";

const safetyIsAsked = (answers) =>
  "one_tap" in answers
    ? answers.one_tap === "HARD"
    : answers.mood === 1 ||
      used(answers) ||
      (answers.confidence ?? 10) <= LOW_CONFIDENCE ||
      answers.contact_request === "today";

const ASKED = {
  triggers: (answers) => answers.craving_peak >= 1,
  coping_used: (answers) => answers.craving_peak >= 1,
  confidence: (answers, pastDay) => !pastDay,
  use_what: used,
  feels_safe: safetyIsAsked,
  unsafe_because: (answers) => safetyIsAsked(answers) && isUnsafe(answers),
};

// A skipped question is there with null; one not reached yet is not there.
export const visible = (answers, pastDay) =>
  ("one_tap" in answers ? ONE_TAP_PATH : PATH).filter((key) => ASKED[key]?.(answers, pastDay) ?? true);

export const next = (answers, pastDay) => visible(answers, pastDay).find((key) => !(key in answers));

export const previous = (answers, key, pastDay) => {
  const path = visible(answers, pastDay);
  return path[path.indexOf(key) - 1];
};

export const progress = (answers, key, pastDay) => {
  const path = visible(answers, pastDay);
  return [path.indexOf(key) + 1, path.length];
};

// `given` is what was answered since the last sending. Use, a call or danger never waits
// for the questions that come after it.
export const isReady = (said, given, pastDay) => {
  const answers = { ...said, ...given };
  const path = visible(answers, pastDay);
  if (path.some((key) => REQUIRED.includes(key) && answers[key] == null)) return false;
  return (
    !next(answers, pastDay) ||
    (used(answers) && "use_what" in given) ||
    given.contact_request === "today" ||
    isUnsafe(given)
  );
};

export const ending = (all, pastDay) => {
  const path = visible(all, pastDay);
  const answers = Object.fromEntries(Object.entries(all).filter(([key]) => path.includes(key)));
  const unsafe = isUnsafe(answers);
  // A question about the substance left open counts like "rather not say".
  const what = !used(answers) ? [] : answers.use_what?.length ? answers.use_what : ["rather_not"];
  const screens = unsafe ? ["safe"] : [];
  if (used(answers)) screens.push("use");
  else if (answers.craving_peak >= RIDE_FROM) screens.push("ride");
  return {
    screens: screens.length ? screens : ["thanks"],
    overdose: what.some((one) => OVERDOSE_RISK.includes(one)),
    stopping: what.some((one) => STOPPING_RISK.includes(one)),
    violence: unsafe && answers.unsafe_because === "someone",
    offer_full: answers.one_tap === "HARD",
  };
};

// As apps/care/rules/safety_words.py reads a note, with its phrases.
export const mentionsDanger = (text, phrases) => {
  const plain = text.normalize("NFKD").toLowerCase().replace(/\p{Mn}|['’]/gu, "");
  return new RegExp(phrases).test(plain.replace(/[^a-z0-9]+/g, " "));
};
