// What every page loads: small, and each behaviour stands alone.
import "./behaviours/chips.js";
import "./behaviours/exit.js";
import "./behaviours/hold.js";
import "./behaviours/keys.js";
import "./behaviours/once.js";
import "./behaviours/poll.js";
// After what opens folds again: nothing in a closed one takes the focus.
import "./behaviours/focus.js";
import "./behaviours/requests.js";
