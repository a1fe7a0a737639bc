// The pages where a plan is kept on the phone, and opened.
import "./phone/plan.js";
import "./phone/this_phone.js";
