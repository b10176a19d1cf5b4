// The chatbot as a process, and a browser in front of it.
"use strict";

const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const SECRET = "0123456789abcdef0123456789abcdef";

function launch() {
  return chromium.launch({
    executablePath: execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim(),
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

function psql(sql, database = "postgres") {
  const url = process.env.SCHEMIST_TEST_POSTGRESQL.replace("/postgres?", `/${database}?`);
  return execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], { encoding: "utf8" }).trim();
}

let made = 0;

// A database of its own, dropped by drop().
function newDatabase() {
  const name = `page_${process.pid}_${++made}`;
  psql(`CREATE DATABASE ${name}`);
  return {
    name,
    url: process.env.SCHEMIST_TEST_POSTGRESQL.replace("/postgres?", `/${name}?`),
    query: (sql) => psql(sql, name),
    drop: () => psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

// Starts it, and waits until it listens.
async function startChatbot(environment) {
  const process_ = spawn(process.env.CHATBOT, [], {
    env: { PATH: process.env.PATH, LANG: "C.UTF-8", HOST: "127.0.0.1", PORT: "0", CHAT_AUTH: "development", ...environment },
    cwd: os.tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  process_.stdout.on("data", (data) => (log += data));
  process_.stderr.on("data", (data) => (log += data));
  const ended = new Promise((done) => process_.on("exit", done));
  const port = await until("the chatbot to listen", () => {
    if (process_.exitCode !== null) {
      throw new Error(`the chatbot has ended:\n${log}`);
    }
    return /listening {3}on [^ ]+:(\d+)\n/.exec(log)?.[1];
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    log: () => log,
    ready: () => until("the chatbot to be ready", () => log.includes("ready at")),
    stop: async () => {
      process_.kill("SIGTERM");
      return ended;
    },
  };
}

async function until(what, condition, longest = 20000) {
  const end = Date.now() + longest;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited in vain for ${what}`);
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}

// An OpenAI-compatible endpoint that answers with `pieces`; in a stream it waits before the last one until `finish` is called.
async function startEndpoint() {
  const endpoint = { pieces: ["Here ", "is ", "an answer."], hold: false, waiting: false };
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", async () => {
      if (!JSON.parse(body).stream) {
        response.writeHead(200, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ model: "small", choices: [{ message: { content: endpoint.pieces.join("") }, finish_reason: "stop" }] }));
        return;
      }
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      const piece = (delta, reason = null) => response.write(`data: ${JSON.stringify({ model: "small", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`);
      for (const [index, content] of endpoint.pieces.entries()) {
        if (endpoint.hold && index === endpoint.pieces.length - 1) {
          endpoint.waiting = true;
          await until("the test to let the endpoint go on", () => !endpoint.hold);
          endpoint.waiting = false;
        }
        piece({ content });
      }
      piece({}, "stop");
      response.end("data: [DONE]\n\n");
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  endpoint.environment = { CHAT_API_URL: `http://127.0.0.1:${server.address().port}/v1`, CHAT_API_KEY: "key", CHAT_MODEL: "small" };
  endpoint.stop = () => {
    endpoint.hold = false;
    server.closeAllConnections();
    server.close();
  };
  return endpoint;
}

function tokenOf(user) {
  return execFileSync(process.env.CHATBOT, ["--token", String(user)], { encoding: "utf8", env: { CHAT_TOKEN_SECRET: SECRET } }).trim();
}

module.exports = { SECRET, fs, launch, newDatabase, path, startChatbot, startEndpoint, tokenOf, until };
