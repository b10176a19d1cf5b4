"use strict";

// ---- what the page knows ----
const page = {
  token: remembered("token"),
  user: Number(new URLSearchParams(location.search).get("user")) || 1, // counts in development mode only
  development: false,
  usable: false, // the service is ready, and knows who we are
  conversations: [],
  nextConversations: null,
  current: null, // the conversation that is shown; null: a new one
  nextMessages: null,
  pending: null, // the message that is being answered
};

const element = (id) => document.getElementById(id);
const app = element("app");
const list = element("list");
const messages = element("messages");
const box = element("message");

// Storage may be forbidden, for example inside of another page.
function remembered(name) {
  try {
    return sessionStorage.getItem(name) || "";
  } catch {
    return "";
  }
}
function remember(name, value) {
  try {
    value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name);
  } catch {
    // Then it holds until the page is left.
  }
}

// ---- the service ----
class Refusal extends Error {
  constructor(status, message, wait) {
    super(message);
    this.status = status;
    this.wait = wait; // seconds after which it may be asked again; 0: asking again would not help
  }
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function refusal(response) {
  let message = `The service answered with status ${response.status}.`;
  try {
    message = (await response.json()).error.message;
  } catch {
    // A proxy may answer with something else.
  }
  const again = [409, 429, 502, 503, 504].includes(response.status);
  const wait = again ? Number(response.headers.get("Retry-After")) || (response.status === 409 ? 1 : 0) : 0;
  return new Refusal(response.status, message, wait);
}

async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const url = new URL(path, document.baseURI);
  if (page.token) {
    headers.Authorization = `Bearer ${page.token}`;
  } else if (page.development && body) {
    body.user_id = page.user;
  } else if (page.development) {
    url.searchParams.set("user_id", page.user);
  }
  if (body) {
    headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new Refusal(0, "The service cannot be reached.", 1);
  }
  if (response.status === 401) {
    askForToken((await refusal(response)).message);
    throw new Refusal(401, "This needs a valid token.", 0);
  }
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

const askJson = async (path, options) => (await ask(path, options)).json();

// One server-sent event after the other.
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field("data");
      if (data) {
        yield { name: field("event"), data: JSON.parse(data) };
      }
    }
  }
}

// It is the same for every attempt to send a message, so that the message is stored once.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- who we are ----
async function enter() {
  const session = await askJson("api/session");
  page.development = session.authentication === "development";
  element("sign-out").hidden = page.development;
  element("answers-by").textContent = `Answers by ${session.answers_by}`;
  tell("");
  await loadConversations();
  await openFromAddress();
  page.usable = true;
  setUsable();
}

function askForToken(reason) {
  page.usable = false;
  setUsable();
  const dialog = element("token-dialog");
  // The first time nothing has gone wrong yet.
  showFormError("token", page.token ? reason : "");
  page.token = "";
  remember("token", "");
  if (!dialog.open) {
    element("token").value = "";
    dialog.showModal();
  }
}

element("token-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  page.token = element("token").value.trim().replace(/^Bearer\s+/i, "");
  try {
    await askJson("api/session");
  } catch (error) {
    showFormError("token", error.status === 401 ? "This token is not valid here, or it has expired." : error.message);
    page.token = "";
    return;
  }
  remember("token", page.token);
  element("token-dialog").close();
  await attempt(enter);
});
// Without a token there is nothing behind the dialog.
element("token-dialog").addEventListener("cancel", (event) => event.preventDefault());
element("sign-out").addEventListener("click", () => {
  page.token = "";
  remember("token", "");
  location.reload();
});

// ---- what the service does: a line that says it ----
const states = {
  ready: ["ready", "Database ready"],
  connecting: ["busy", "Connecting to the database…"],
  waiting: ["busy", "Waiting: another process updates the database"],
  migrating: ["busy", "Updating the database…"],
  stopping: ["busy", "The service is about to stop"],
  stopped: ["failed", "The service was stopped"],
  failed: ["failed", "The database could not be made ready"],
};

async function look() {
  let shown = ["failed", "The service cannot be reached"];
  let detail = "";
  let ready = false;
  try {
    const response = await fetch("ready", { cache: "no-store" });
    const status = await response.json();
    ready = response.ok;
    shown = states[status.state] || ["unknown", status.state];
    if (status.state === "ready" && status.current_revision) {
      shown = [shown[0], `${shown[1]}, revision ${status.current_revision}`];
    } else if (status.state === "migrating" && status.revision) {
      shown = [shown[0], `Updating the database: revision ${status.revision}, step ${status.step} of ${status.steps}`];
    }
    detail = status.error || (status.state === "ready" ? "" : status.message) || "";
  } catch {
    // Shown as unreachable.
  }
  element("status").dataset.state = shown[0];
  if (element("status-text").textContent !== shown[1]) {
    element("status-text").textContent = shown[1];
  }
  element("status").title = detail;
  if (!ready) {
    page.usable = false;
    setUsable();
    tell(`${shown[1].replace(/…$/, "")}. ${shown[0] === "busy" ? "You can write as soon as that is done." : detail}`, shown[0] === "failed");
  } else if (!page.usable && !element("token-dialog").open) {
    await attempt(enter);
  }
  setTimeout(look, ready ? 5000 : 700);
}

// What the database itself says is asked for only when somebody wants to know: it may sleep, and be paid for when it does not.
element("status").addEventListener("click", async () => {
  element("status-text").textContent = "Asking the database…";
  try {
    const status = await askJson("api/migrations/status");
    element("status-text").textContent = status.database_ready
      ? `Database ready, revision ${status.current_revision}`
      : status.error || `Revisions are missing: ${(status.pending || []).join(", ")}`;
    element("status").dataset.state = status.database_ready ? "ready" : "failed";
  } catch (error) {
    element("status-text").textContent = error.message;
  }
});

function tell(text, isError = false) {
  const notice = element("notice");
  if (notice.textContent !== text) {
    notice.textContent = text;
  }
  notice.hidden = !text;
  notice.dataset.kind = isError ? "error" : "state";
}

// Runs something that may fail, and says so.
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    if (error.status !== 401) {
      tell(error.message, true);
    }
  }
}

function setUsable() {
  const can = page.usable && !page.pending;
  element("send").disabled = !can || !box.value.trim();
  element("new").disabled = !page.usable;
  for (const button of element("suggestions").children) {
    button.disabled = !can;
  }
}

// ---- the conversations ----
function dayOf(time) {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((midnight(new Date()) - midnight(new Date(time))) / 86400000);
  return days <= 0 ? "Today" : days === 1 ? "Yesterday" : days < 7 ? "The last 7 days" : days < 31 ? "The last 30 days" : "Older";
}

async function loadConversations(before) {
  const answer = await askJson(`api/conversations?limit=50${before ? `&before=${before}` : ""}`);
  page.conversations = before ? page.conversations.concat(answer.conversations) : answer.conversations;
  page.nextConversations = answer.next_before;
  showConversations();
}

function showConversations() {
  const focused = document.activeElement?.dataset?.id;
  list.replaceChildren();
  let day = "";
  for (const conversation of page.conversations) {
    if (dayOf(conversation.created_at) !== day) {
      day = dayOf(conversation.created_at);
      const heading = document.createElement("li");
      heading.className = "day";
      heading.textContent = day;
      list.append(heading);
    }
    const link = document.createElement("a");
    link.href = `#${conversation.id}`;
    link.dataset.id = conversation.id;
    link.textContent = conversation.title || "Without a title";
    link.title = link.textContent;
    if (conversation.id === page.current?.id) {
      link.setAttribute("aria-current", "page");
    }
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
    if (focused && focused === link.dataset.id) {
      link.focus();
    }
  }
  element("list-empty").hidden = page.conversations.length > 0;
  element("more-conversations").hidden = !page.nextConversations;
}

// What was asked for twice would be shown twice.
function onClickOnce(button, work) {
  let busy = false;
  button.addEventListener("click", async () => {
    if (!busy) {
      busy = true;
      await attempt(work);
      busy = false;
    }
  });
}

onClickOnce(element("more-conversations"), () => loadConversations(page.nextConversations));

function showTitle() {
  const title = page.current?.title || "New conversation";
  element("title").textContent = title;
  element("title").title = title;
  document.title = page.current ? `${title} – Chat` : "Chat";
  element("actions").hidden = !page.current;
}

function clear() {
  page.current = null;
  page.nextMessages = null;
  messages.replaceChildren();
  element("more-messages").hidden = true;
  element("empty").hidden = false;
  showTitle();
  showConversations();
}

async function openFromAddress() {
  const id = Number(location.hash.slice(1));
  showSide(false);
  if (id && page.current?.id === id) {
    return;
  }
  if (!id) {
    // What could not be sent yet is still there to be sent.
    if (page.current || !messages.firstChild) {
      clear();
    }
    box.focus();
    return;
  }
  try {
    await openConversation(id);
  } catch (error) {
    if (error.status !== 404) {
      throw error;
    }
    location.hash = "";
    tell("You have no such conversation.", true);
  }
}

async function openConversation(id) {
  const answer = await askJson(`api/conversations/${id}?limit=100`);
  if (Number(location.hash.slice(1)) !== id) {
    return; // Another one was chosen meanwhile.
  }
  clear();
  tell("");
  page.current = answer.conversation;
  page.nextMessages = answer.next_before;
  element("empty").hidden = true;
  element("more-messages").hidden = !answer.next_before;
  messages.append(...answer.messages.map(messageElement));
  showTitle();
  showConversations();
  scrollDown();
  if (matchMedia("(min-width: 761px)").matches) {
    box.focus();
  }
}

onClickOnce(element("more-messages"), async () => {
  const scroll = element("scroll");
  const asked = page.current;
  const answer = await askJson(`api/conversations/${asked.id}?limit=100&before=${page.nextMessages}`);
  if (page.current !== asked) {
    return; // Another one was chosen meanwhile.
  }
  const height = scroll.scrollHeight;
  messages.prepend(...answer.messages.map(messageElement));
  page.nextMessages = answer.next_before;
  element("more-messages").hidden = !answer.next_before;
  scroll.scrollTop += scroll.scrollHeight - height;
});

addEventListener("hashchange", () => page.usable && attempt(openFromAddress));
element("new").addEventListener("click", () => {
  showSide(false);
  if (location.hash.length > 1) {
    location.hash = "";
  } else {
    clear();
    box.focus();
  }
});

// ---- messages ----
// Blocks of code, code, and what is bold; everything else is text as it was written.
function render(text, into) {
  const parts = text.split(/```[\w+-]*\n?([\s\S]*?)(?:```|$)/);
  into.replaceChildren();
  parts.forEach((part, index) => {
    if (index % 2 === 1) {
      const block = document.createElement("pre");
      const code = document.createElement("code");
      code.textContent = part.replace(/\n$/, "");
      block.append(code);
      into.append(block);
      return;
    }
    const prose = index > 0 ? part.replace(/^\n/, "") : part;
    for (const piece of prose.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/)) {
      const mark = piece.startsWith("`") && piece.length > 2 ? "code" : piece.startsWith("**") && piece.length > 4 ? "strong" : "";
      if (mark) {
        const marked = document.createElement(mark);
        marked.textContent = mark === "code" ? piece.slice(1, -1) : piece.slice(2, -2);
        into.append(marked);
      } else if (piece) {
        into.append(piece);
      }
    }
  });
}

function messageElement(message) {
  const item = document.createElement("li");
  const kind = { user: "user", assistant: "assistant" }[message.role] || "other";
  item.className = `message ${kind}`;
  const who = document.createElement("span");
  who.className = "hidden";
  who.textContent = kind === "user" ? "You: " : kind === "assistant" ? "The assistant: " : `${message.role}: `;
  const text = document.createElement("div");
  text.className = "text";
  render(message.content, text);
  item.append(who, text);
  if (message.timestamp) {
    item.append(aboutElement(message));
  }
  return item;
}

function aboutElement(message) {
  const about = document.createElement("div");
  about.className = "about";
  const time = document.createElement("time");
  time.dateTime = message.timestamp;
  const date = new Date(message.timestamp);
  const today = dayOf(date) === "Today";
  time.textContent = date.toLocaleString([], today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  about.append(time);
  return about;
}

function scrollDown() {
  const scroll = element("scroll");
  scroll.scrollTop = scroll.scrollHeight;
}
const atTheEnd = () => element("scroll").scrollHeight - element("scroll").scrollTop - element("scroll").clientHeight < 80;

// ---- sending ----
async function send(content) {
  const pending = { content, key: newKey(), conversation: page.current?.id ?? null };
  pending.question = messageElement({ role: "user", content });
  messages.append(pending.question);
  element("empty").hidden = true;
  await deliver(pending);
}

async function deliver(pending) {
  page.pending = pending;
  setUsable();
  const answer = messageElement({ role: "assistant", content: "" });
  answer.classList.add("waiting");
  messages.append(answer);
  scrollDown();
  try {
    await show(pending, answer, await exchange(pending, answer));
  } catch (error) {
    answer.remove();
    offerAgain(pending, error);
  } finally {
    page.pending = null;
    setUsable();
    box.focus();
  }
}

// Until it is answered, for a minute: whatever gets lost on the way, the key sees to it that it is stored once.
async function exchange(pending, answer) {
  const until = Date.now() + 60000;
  for (let attempts = 1; ; ++attempts) {
    try {
      return await exchangeOnce(pending, answer);
    } catch (error) {
      if (!error.wait || Date.now() + error.wait * 1000 > until) {
        throw error;
      }
      answer.classList.remove("streaming");
      answer.classList.add("waiting");
      answer.querySelector(".text").replaceChildren();
      await pause(Math.max(error.wait, Math.min(attempts * 0.5, 4)));
    }
  }
}

async function exchangeOnce(pending, answer) {
  const body = { message: pending.content, stream: true };
  if (pending.conversation) {
    body.conversation_id = pending.conversation;
  }
  const headers = { "Idempotency-Key": pending.key, Accept: "text/event-stream" };
  const response = await ask("api/chat", { method: "POST", body, headers });
  if (!response.headers.get("Content-Type").startsWith("text/event-stream")) {
    return response.json(); // It had been answered before.
  }
  let text = "";
  try {
    for await (const { name, data } of events(response)) {
      if (name === "done") {
        return data;
      }
      if (name === "error") {
        throw new Refusal(500, data.error.message, 0);
      }
      const follow = atTheEnd();
      text += data.text;
      answer.classList.replace("waiting", "streaming");
      render(text, answer.querySelector(".text"));
      if (follow) {
        scrollDown();
      }
    }
  } catch (error) {
    if (error instanceof Refusal) {
      throw error;
    }
  }
  throw new Refusal(0, "The connection to the service was lost.", 1);
}

async function show(pending, answer, stored) {
  // Another conversation may have been opened meanwhile.
  const here = pending.question.isConnected;
  if (!pending.conversation) {
    const conversation = { id: stored.conversation_id, title: pending.content.slice(0, 100), created_at: stored.message.created_at };
    page.conversations.unshift(conversation);
    if (here) {
      page.current = conversation;
      history.pushState(null, "", `#${conversation.id}`);
      showTitle();
    }
    showConversations();
  }
  if (here) {
    pending.question.replaceWith(messageElement(stored.message));
    answer.replaceWith(messageElement(stored.reply));
    scrollDown();
  } else if (page.current?.id === stored.conversation_id) {
    messages.append(messageElement(stored.message), messageElement(stored.reply));
    scrollDown();
  }
}

function offerAgain(pending, error) {
  if (!pending.question.isConnected) {
    box.value ||= pending.content;
    fit();
    tell(`A message was not sent: ${error.message}`, true);
    return;
  }
  const problem = document.createElement("div");
  problem.className = "problem";
  problem.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = `Not sent: ${error.message}`;
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => {
    if (!page.pending) {
      problem.remove();
      deliver(pending);
    }
  });
  problem.append(text, again);
  pending.question.append(problem);
  scrollDown();
}

function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

box.addEventListener("input", () => {
  fit();
  setUsable();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    element("composer").requestSubmit();
  }
});
element("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const content = box.value.trim();
  if (!content || !page.usable || page.pending) {
    return;
  }
  box.value = "";
  fit();
  send(content);
});
for (const button of element("suggestions").children) {
  button.addEventListener("click", () => page.usable && !page.pending && send(button.textContent));
}

// ---- renaming and deleting ----
function showFormError(form, text) {
  element(`${form}-error`).textContent = text;
  element(`${form}-error`).hidden = !text;
}

for (const button of document.querySelectorAll("dialog .cancel")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

element("rename").addEventListener("click", () => {
  showFormError("rename", "");
  element("new-title").value = page.current.title || "";
  element("rename-dialog").showModal();
  element("new-title").select();
});
element("rename-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const title = element("new-title").value.trim();
  const id = page.current.id;
  try {
    const answer = await askJson(`api/conversations/${id}`, { method: "PATCH", body: { title } });
    page.conversations = page.conversations.map((each) => (each.id === id ? answer.conversation : each));
    page.current = answer.conversation;
    showTitle();
    showConversations();
    element("rename-dialog").close();
  } catch (error) {
    showFormError("rename", error.message);
  }
});

element("delete").addEventListener("click", () => {
  showFormError("delete", "");
  element("delete-name").textContent = page.current.title || "Without a title";
  element("delete-dialog").showModal();
});
element("delete-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const id = page.current.id;
  try {
    await askJson(`api/conversations/${id}`, { method: "DELETE" });
  } catch (error) {
    if (error.status !== 404) {
      showFormError("delete", error.message);
      return;
    }
  }
  element("delete-dialog").close();
  page.conversations = page.conversations.filter((each) => each.id !== id);
  history.replaceState(null, "", location.pathname + location.search);
  clear();
  box.focus();
});

// ---- the list on a phone ----
function showSide(shown) {
  const was = app.classList.contains("side-shown");
  app.classList.toggle("side-shown", shown);
  element("open-side").setAttribute("aria-expanded", shown);
  if (shown) {
    element("close-side").focus();
  } else if (was) {
    element("open-side").focus();
  }
}
element("open-side").addEventListener("click", () => showSide(true));
element("close-side").addEventListener("click", () => showSide(false));
element("shade").addEventListener("click", () => showSide(false));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && app.classList.contains("side-shown")) {
    showSide(false);
  }
});

box.focus();
look();
