"use strict";

const assert = require("node:assert/strict");
const { after, afterEach, before, beforeEach, describe, it } = require("node:test");
const { SECRET, launch, newDatabase, startChatbot, startEndpoint, tokenOf, until } = require("./support");

let browser;
let database;
let chatbot;
let context;
let page;
let complaints;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(() => {
  database = newDatabase();
});
afterEach(async () => {
  await context?.close();
  await chatbot?.stop();
  database.drop();
  // Neither an error of the script nor anything that the content security policy has stopped.
  assert.deepEqual(complaints, []);
});

async function start(environment = {}) {
  chatbot = await startChatbot({ DATABASE_URL: database.url, ...environment });
}

async function open(options = {}, path = "") {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  page = await context.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The browser itself writes down every status of 400 and more.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  await page.goto(chatbot.url + path);
}

const answers = () => page.locator(".message.assistant:not(.waiting):not(.streaming) .text");
const listed = () => page.locator("#list a");
const usable = () => page.locator("#new:enabled").waitFor({ state: "attached" });

async function say(text) {
  const count = await answers().count();
  await page.fill("#message", text);
  await page.press("#message", "Enter");
  await until("the answer", async () => (await answers().count()) === count + 1);
}

describe("a conversation", () => {
  it("is typed, answered, and still there after a reload", async () => {
    await start();
    await open();
    await usable();
    assert.equal(await page.locator("#empty").isVisible(), true);
    await say("Hello there, page!");
    await say("How many messages are there?");
    assert.match(await answers().last().textContent(), /3 messages so far/);
    assert.deepEqual(await listed().allTextContents(), ["Hello there, page!"]);
    assert.equal(await page.title(), "Hello there, page! – Chat");

    await page.reload();
    await until("the messages", async () => (await page.locator(".message").count()) === 4);
    assert.equal(await page.locator(".message.user .text").first().textContent(), "Hello there, page!");
    assert.equal(await page.locator("#list a[aria-current]").textContent(), "Hello there, page!");
    assert.equal(database.query("SELECT count(*) FROM messages"), "4");
  });

  it("is renamed and deleted", async () => {
    await start();
    await open();
    await usable();
    await say("The first");
    await page.click("#new");
    await say("The second");
    assert.deepEqual(await listed().allTextContents(), ["The second", "The first"]);
    await listed().last().click();
    await until("the first one", async () => (await page.locator("#title").textContent()) === "The first");

    await page.click("#rename");
    await page.fill("#new-title", "  A better name  ");
    await page.click("#rename-form .primary");
    await until("the new name", async () => (await page.locator("#title").textContent()) === "A better name");
    assert.deepEqual(await listed().allTextContents(), ["The second", "A better name"]);
    assert.equal(database.query("SELECT title FROM conversations ORDER BY id LIMIT 1"), "A better name");

    await page.click("#delete");
    await page.click("#delete-form .cancel");
    assert.equal(database.query("SELECT count(*) FROM conversations"), "2");
    await page.click("#delete");
    assert.match(await page.locator("#delete-dialog").textContent(), /A better name and all of its messages/);
    await page.click("#delete-form .primary");
    await until("the list without it", async () => (await listed().count()) === 1);
    assert.equal(await page.locator("#empty").isVisible(), true);
    assert.equal(database.query("SELECT count(*) FROM conversations"), "1");
    await page.reload();
    await until("the list", async () => (await listed().count()) === 1);
    assert.deepEqual(await listed().allTextContents(), ["The second"]);
  });

  it("shows what was written as text, never as part of the page", async () => {
    await start();
    await open();
    await usable();
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script> **bold** `code`';
    await say(evil);
    assert.match(await page.locator(".message.user .text").textContent(), /<img src=x onerror=/);
    assert.equal(await page.locator(".message img, .message script").count(), 0);
    assert.equal(await page.locator(".message.user strong").textContent(), "bold");
    assert.equal(await page.locator(".message.user code").textContent(), "code");
  });

  it("comes in pages when it is long", async () => {
    await start();
    await chatbot.ready();
    database.query(`INSERT INTO conversations (user_id, title) SELECT 1, 'number ' || n FROM generate_series(1, 60) n;
      INSERT INTO messages (conversation_id, user_id, role, content) SELECT 60, 1, 'user', 'message ' || n FROM generate_series(1, 150) n`);
    await open({}, "#60");
    await until("the newest messages", async () => (await page.locator(".message").count()) === 100);
    await page.dblclick("#more-messages");
    await until("all messages", async () => (await page.locator(".message").count()) === 150);
    assert.equal(await page.locator(".message .text").first().textContent(), "message 1");
    assert.equal(await page.locator("#more-messages").isVisible(), false);
    assert.equal(await listed().count(), 50);
    await page.dblclick("#more-conversations");
    await until("all conversations", async () => (await listed().count()) === 60);
    // Who clicks twice sees nothing twice.
    await page.waitForLoadState("networkidle");
    assert.equal(await listed().count(), 60);
    assert.equal(await page.locator(".message").count(), 150);
  });
});

describe("an answer", () => {
  it("appears while it is made", async () => {
    const endpoint = await startEndpoint();
    try {
      endpoint.hold = true;
      await start(endpoint.environment);
      await open();
      await usable();
      await page.fill("#message", "Go on");
      await page.press("#message", "Enter");
      await until("the first pieces", async () => (await page.locator(".message.streaming .text").allTextContents())[0] === "Here is ");
      assert.equal(await page.locator("#send").isDisabled(), true);
      endpoint.hold = false;
      await until("the end", async () => (await answers().allTextContents())[0] === "Here is an answer.");
    } finally {
      endpoint.stop();
    }
  });

  it("goes on while another conversation is looked at", async () => {
    const endpoint = await startEndpoint();
    try {
      await start(endpoint.environment);
      await open();
      await usable();
      await say("The first");
      endpoint.hold = true;
      await page.click("#new");
      await page.fill("#message", "The second");
      await page.press("#message", "Enter");
      await page.locator(".message.streaming").waitFor();
      await listed().first().click();
      await until("the first one", async () => (await page.locator("#title").textContent()) === "The first");
      endpoint.hold = false;
      await until("the second one in the list", async () => (await listed().count()) === 2);
      assert.equal(await page.locator("#title").textContent(), "The first");
      assert.equal(await page.locator(".message").count(), 2);
      await listed().first().click();
      await until("the second one", async () => (await page.locator("#title").textContent()) === "The second");
      assert.deepEqual(await answers().allTextContents(), ["Here is an answer."]);
    } finally {
      endpoint.stop();
    }
  });

  it("whose stream breaks off is asked for again, and stored once", async () => {
    await start();
    await open();
    await usable();
    let cut = 0;
    await page.route("**/api/chat", async (route) => {
      if (cut++ < 2) {
        // The service has stored it, and the browser does not hear of it.
        await route.fetch();
        await route.abort("connectionreset");
      } else {
        await route.continue();
      }
    });
    await say("Only once, please");
    assert.equal(cut, 3);
    assert.equal(await page.locator(".problem").count(), 0);
    assert.equal(database.query("SELECT count(*) FROM messages"), "2");
  });

  it("that cannot be had can be asked for again", async () => {
    await start({ CHAT_API_URL: "http://127.0.0.1:1/v1", CHAT_API_KEY: "key", CHAT_MODEL: "none" });
    await open();
    await usable();
    await page.fill("#message", "Is anybody there?");
    await page.press("#message", "Enter");
    await page.locator(".problem").waitFor();
    assert.match(await page.locator(".problem").textContent(), /Not sent: the chat endpoint .* could not be asked/);
    await page.click(".problem button");
    await until("a second attempt", () => chatbot.log().split("POST /api/chat").length > 2);
    await page.locator(".problem").waitFor();
    assert.equal(await page.locator(".message.user").count(), 1);
    assert.equal(database.query("SELECT count(*) FROM messages"), "0");
  });
});

describe("the line about the database", () => {
  it("says that migrations run, and the page waits for their end", async () => {
    const { spawn } = require("node:child_process");
    // Nobody can make a table of this name until it goes.
    const blocker = spawn("psql", ["-X", "-q", "-d", database.url], { stdio: ["pipe", "ignore", "ignore"] });
    blocker.stdin.write("BEGIN; CREATE TABLE conversations (id integer);\n");
    try {
      await until("the obstacle", () => database.query("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'") !== "0");
      await start({ SCHEMIST_LOCK_TIMEOUT: "60s" });
      await open();
      await until("the line", async () => /Updating the database: revision eb1bfd995e44, step 1 of 1/.test(await page.locator("#status-text").textContent()));
      assert.match(await page.locator("#notice").textContent(), /You can write as soon as that is done/);
      assert.equal(await page.locator("#send").isDisabled(), true);
      await page.fill("#message", "Too early");
      await page.press("#message", "Enter");
      assert.equal(await page.locator(".message").count(), 0);
      assert.equal(await page.inputValue("#message"), "Too early");
      blocker.stdin.write("ROLLBACK;\n");
      await usable();
      await until("the notice to go", async () => !(await page.locator("#notice").isVisible()));
      await page.press("#message", "Enter");
      await until("the answer", async () => (await answers().count()) === 1);
    } finally {
      blocker.kill();
    }
  });

  it("says when the service is gone, and when it is back", async () => {
    await start();
    await open();
    await usable();
    const port = chatbot.port;
    await chatbot.stop();
    await until("the line", async () => (await page.locator("#status").getAttribute("data-state")) === "failed");
    assert.match(await page.locator("#status-text").textContent(), /cannot be reached/);
    await start({ PORT: port });
    await usable();
    await say("Back again");
  });

  it("asks the database when it is pressed", async () => {
    await start();
    await open();
    await usable();
    database.query("DELETE FROM schemist_journal WHERE id LIKE 'f2e7%'");
    await page.click("#status");
    await until("the answer", async () => /Revisions are missing: f2e7105d7b51/.test(await page.locator("#status-text").textContent()));
  });
});

describe("with tokens", () => {
  it("the page asks for one, keeps it for the tab, and shows what is its user's", async () => {
    await start({ CHAT_AUTH: "token", CHAT_TOKEN_SECRET: SECRET });
    await open();
    await page.locator("#token-dialog[open]").waitFor();
    assert.equal(await page.locator("#token-error").isVisible(), false);
    await page.fill("#token", "nonsense");
    await page.click("#token-form .primary");
    await until("the refusal", async () => /not valid here/.test(await page.locator("#token-error").textContent()));
    await page.fill("#token", tokenOf(7));
    await page.press("#token", "Enter");
    await page.locator("#token-dialog").waitFor({ state: "hidden" });
    await say("Mine");
    await page.reload();
    await until("the message", async () => (await page.locator(".message").count()) === 2);
    assert.equal(await page.locator("#token-dialog").isVisible(), false);
    assert.equal(database.query("SELECT DISTINCT user_id FROM messages"), "7");

    // Somebody else with the same address sees nothing of it.
    await page.evaluate((token) => sessionStorage.setItem("token", token), tokenOf(8));
    await page.reload();
    await until("the refusal", async () => /no such conversation/.test(await page.locator("#notice").textContent()));
    assert.equal(await listed().count(), 0);
    await page.click("#sign-out");
    await page.locator("#token-dialog[open]").waitFor();
  });
});

describe("everywhere", () => {
  it("works on a phone", async () => {
    await start();
    await open({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
    await usable();
    await say("A message from a phone, which is rather longer than the screen of that phone is wide");
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await overflow(), 0);
    assert.equal(await page.locator("#side").isVisible(), false);
    await page.tap("#open-side");
    await page.locator("#side").waitFor();
    assert.equal(await overflow(), 0);
    await page.tap("#new");
    await page.locator("#side").waitFor({ state: "hidden" });
    await page.tap("#open-side");
    await listed().first().tap();
    await until("the conversation", async () => (await page.locator(".message").count()) === 2);
    await page.locator("#side").waitFor({ state: "hidden" });
    // Fingers need room.
    for (const id of ["open-side", "rename", "delete", "send"]) {
      const size = await page.locator(`#${id}`).boundingBox();
      assert.ok(size.width >= 40 && size.height >= 40, id);
    }
  });

  it("works by keyboard alone", async () => {
    await start();
    await open();
    await usable();
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.textContent);
    const tabTo = async (id) => {
      for (let presses = 0; (await focused()) !== id; ++presses) {
        assert.ok(presses < 40, `${id} cannot be reached`);
        await page.keyboard.press("Tab");
      }
      // Where the focus is can be seen.
      assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none", id);
    };
    await until("the focus", async () => (await focused()) === "message");
    await page.keyboard.type("First line");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second line");
    await page.keyboard.press("Enter");
    await until("the answer", async () => (await answers().count()) === 1);
    assert.equal(await page.locator(".message.user .text").textContent(), "First line\nsecond line");
    await until("the focus", async () => (await focused()) === "message");

    await tabTo("rename");
    await page.keyboard.press("Enter");
    assert.equal(await focused(), "new-title");
    await page.keyboard.type("By keyboard");
    await page.keyboard.press("Enter");
    await until("the new name", async () => (await page.locator("#title").textContent()) === "By keyboard");
    await tabTo("delete");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#delete-dialog").isVisible(), false);
    assert.equal(await focused(), "delete");
    await tabTo("new");
    await page.keyboard.press("Enter");
    await until("a new conversation", async () => (await focused()) === "message" && page.locator("#empty").isVisible());
    for (let presses = 0; (await page.evaluate(() => document.activeElement.dataset.id)) !== "1"; ++presses) {
      assert.ok(presses < 40, "the conversation cannot be reached");
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await until("the conversation", async () => (await page.locator(".message").count()) === 2);
  });

  it("has two themes, and text that can be read in both", async () => {
    await start();
    for (const colorScheme of ["light", "dark"]) {
      await context?.close();
      await open({ colorScheme });
      await usable();
      await say("Can this be read?");
      const worst = await page.evaluate(() => {
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const channels = (colour) => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const light = (colour) => {
          const [r, g, b] = channels(colour).slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (node) => {
          for (; node; node = node.parentElement) {
            const colour = getComputedStyle(node).backgroundColor;
            if (channels(colour)[3] === 255) {
              return colour;
            }
          }
          return "white";
        };
        const contrast = (node) => {
          const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
          return (a + 0.05) / (b + 0.05);
        };
        const shown = ["#title", "#status-text", ".message.user .text", ".message.assistant .text", ".message .about", "#list a", ".list .day", ".hint", "#new", "#new + *"];
        return shown.flatMap((selector) => [...document.querySelectorAll(selector)].map((node) => [contrast(node), selector])).sort((x, y) => x[0] - y[0])[0];
      });
      assert.ok(worst[0] >= 4.5, `${colorScheme}: ${worst[1]} has a contrast of ${worst[0]}`);
    }
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.emulateMedia({ colorScheme: "light" });
    assert.notEqual(await ground(), dark);
  });

  it("is not sent again when the browser has it", async () => {
    await start();
    await open();
    await usable();
    const etag = (await page.request.get(`${chatbot.url}chat.js`)).headers().etag;
    const again = await page.request.get(`${chatbot.url}chat.js`, { headers: { "If-None-Match": etag } });
    assert.equal(again.status(), 304);
    assert.equal((await again.body()).length, 0);
    assert.doesNotMatch(await (await page.request.get(chatbot.url)).text(), /<script>|style=|onclick/);
  });
});
