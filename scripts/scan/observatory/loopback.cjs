// One host name, wherever it is asked for, is the site on this machine.
const net = require("node:net");
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options && typeof options === "object" && options.port) {
    const secure = Number(options.port) === 443;
    options.host = "127.0.0.1";
    options.port = Number(process.env[secure ? "SITE_HTTPS" : "SITE_HTTP"]);
    delete options.lookup;
  }
  return connect.apply(this, given);
};
