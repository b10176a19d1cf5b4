// Pictures of the page for the documents, in both themes.
"use strict";

const { launch, newDatabase, path, startChatbot, startEndpoint, until } = require("./support");

const talk = [
  ["My deploy got stuck half-way. What is in the database now?", "Each step of a revision commits together with its row in `schemist_journal`. So the step that was running is **rolled back**, and everything before it is there.\n\nLook at it with:\n```\nschemist status\n```"],
  ["And if I just start the container again?", "Then it goes on from where the journal says. Start as many replicas as you like: one of them takes the lock and migrates, the others wait and find nothing to do."],
];
const others = ["What does a lease cost?", "Adopting the old tables", "Names for the new index", "Hello!"];

(async () => {
  const folder = process.argv[2];
  const database = newDatabase();
  const endpoint = await startEndpoint();
  const chatbot = await startChatbot({ DATABASE_URL: database.url, ...endpoint.environment, CHAT_MODEL: "a small language model" });
  const browser = await launch();
  try {
    await chatbot.ready();
    for (const message of others.reverse()) {
      await fetch(`${chatbot.url}api/chat`, { method: "POST", body: JSON.stringify({ user_id: 1, message }) });
    }
    database.query("UPDATE conversations SET created_at = created_at - interval '1 day' WHERE id <= 2");
    let conversation;
    for (const [message, answer] of talk) {
      endpoint.pieces = [answer];
      const stored = await fetch(`${chatbot.url}api/chat`, { method: "POST", body: JSON.stringify({ user_id: 1, message, conversation_id: conversation }) });
      conversation = (await stored.json()).conversation_id;
    }
    await fetch(`${chatbot.url}api/conversations/${conversation}`, { method: "PATCH", body: JSON.stringify({ user_id: 1, title: "A deploy that got stuck" }) });
    const pictures = [
      ["chat-light", { colorScheme: "light", viewport: { width: 1280, height: 760 } }],
      ["chat-dark", { colorScheme: "dark", viewport: { width: 1280, height: 760 } }],
      ["chat-phone", { colorScheme: "dark", viewport: { width: 390, height: 760 } }],
    ];
    for (const [name, options] of pictures) {
      const context = await browser.newContext({ ...options, locale: "en-GB", reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.goto(`${chatbot.url}#${conversation}`);
      await until("the messages", async () => (await page.locator(".message").count()) === 2 * talk.length);
      await page.locator("#new:enabled").waitFor({ state: "attached" });
      await page.screenshot({ path: path.join(folder, `${name}.png`) });
      await context.close();
    }
  } finally {
    await browser.close();
    await chatbot.stop();
    endpoint.stop();
    database.drop();
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
