// Passkeys. A form says what it wants of one and where to ask what is to be signed; what
// the device answers goes back in the form, as anything typed would.
const { PublicKeyCredential: Passkey } = window;
// Browsers without these are left with the other ways.
const isHere = Boolean(Passkey?.parseRequestOptionsFromJSON);
const WAYS = {
  get: async (asked) =>
    navigator.credentials.get({ publicKey: Passkey.parseRequestOptionsFromJSON(asked) }),
  create: async (asked) =>
    navigator.credentials.create({ publicKey: Passkey.parseCreationOptionsFromJSON(asked) }),
};

const ask = async (form) => {
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(form.dataset.asks, { method: "POST", headers });
  if (!answer.ok) throw new Error("Not asked");
  const passkey = await WAYS[form.dataset.passkey](await answer.json());
  return JSON.stringify(passkey);
};

const attach = (form) => {
  const trouble = form.querySelector("[data-passkey-trouble]");
  let isAsking = false;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    trouble.hidden = true;
    try {
      form.elements.credential.value = await ask(form);
      form.submit();
    } catch {
      // Put away by the person, or none on this device: the browser does not say which.
      trouble.hidden = false;
      isAsking = false;
    }
  });
};

if (isHere) document.querySelectorAll("form[data-passkey]").forEach(attach);
