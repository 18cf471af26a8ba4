/** The gateway socket: logs in, beats, resumes, and comes back by itself. */

const LONGEST_WAIT = 8000;

export class Gateway {
  /** `heard(event, data)` gets every event; `connected(isUp)` tells when the line breaks and is back. */
  constructor(token, heard, connected) {
    this.token = token;
    this.heard = heard;
    this.connected = connected;
    this.sessionId = null;
    this.sequence = null;
    this.failures = 0;
    this.ended = false;
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/?v=10&encoding=json`);
    this.socket = socket;
    socket.addEventListener("message", (message) => this.take(socket, JSON.parse(message.data)));
    socket.addEventListener("close", (event) => this.closed(socket, event.code));
  }

  send(op, data) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op, d: data }));
  }

  take(socket, payload) {
    if (socket !== this.socket || this.ended) return;
    if (payload.s) this.sequence = payload.s;
    if (payload.op === 10) this.greet(payload.d.heartbeat_interval);
    else if (payload.op === 7) socket.close(4000);
    else if (payload.op === 9) this.identify();
    else if (payload.op === 0) this.event(payload.t, payload.d);
  }

  greet(interval) {
    clearInterval(this.beat);
    this.beat = setInterval(() => this.send(1, this.sequence), interval);
    if (this.sessionId) this.send(6, { token: this.token, session_id: this.sessionId, seq: this.sequence });
    else this.identify();
  }

  identify() {
    this.sessionId = null;
    const properties = { os: navigator.platform, browser: "Helena console", device: "" };
    this.send(2, { token: this.token, properties, intents: 0 });
  }

  event(name, data) {
    if (name === "READY") this.sessionId = data.session_id;
    if (name === "READY" || name === "RESUMED") {
      this.failures = 0;
      this.connected(true);
    }
    this.heard(name, data);
  }

  closed(socket, code) {
    if (socket !== this.socket) return;
    clearInterval(this.beat);
    if (this.ended) return;
    // 4004: the token is no longer good, for instance after the sandbox was started afresh.
    if (code === 4004) {
      location.reload();
      return;
    }
    this.connected(false);
    const wait = Math.min(LONGEST_WAIT, 300 * 2 ** this.failures) * (0.7 + Math.random() * 0.6);
    this.failures += 1;
    setTimeout(() => !this.ended && this.open(), wait);
  }

  end() {
    this.ended = true;
    clearInterval(this.beat);
    this.socket.close(1000);
  }
}
