const TOOLS = [
  ["ai_image", "AI image"], ["background", "Background"], ["enhance", "Enhance"], ["replace", "Replace"], ["expand", "Expand"],
  ["video", "Video, 3 seconds", { resolution: "1080p", duration: "3" }],
];
const STATES = { running: "running", done: "done", failed: "failed, credits are back", timed_out: "never reported, credits are back" };
const [list, runs, said] = ["list", "runs", "said"].map((id) => document.getElementById(id));
const underWay = new Map();

const make = (name, properties, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};
const ask = (path, body) => fetch(path, body && { method: "POST", body: JSON.stringify(body) }).then((answer) => answer.json()).catch(() => ({}));

for (const [tool, name, attributes] of TOOLS) {
  const button = make("button", { type: "button" }, name);
  // Its line is the price of the tool, and what there is where that is too little.
  const cost = document.createElement("scrip-cost");
  cost.setAttribute("action", tool);
  cost.setAttribute("token-url", "token");
  cost.setAttribute("brief", "");
  if (attributes) cost.setAttribute("attributes", JSON.stringify(attributes));
  cost.append(button);
  button.addEventListener("click", () => run(tool, name, attributes));
  list.append(make("li", {}, cost));
}

async function run(tool, name, attributes) {
  const outcome = document.querySelector("[name=outcome]:checked").value;
  const answer = await ask("generations", { tool, attributes, outcome, once: crypto.randomUUID() });
  if (!answer.id) {
    said.textContent = answer.message ?? "That did not work. Please try again.";
    return;
  }
  const state = make("span", { className: "soft" });
  const line = make("li", {}, make("b", {}, name), ` ${answer.credits} credits `, state);
  runs.prepend(line);
  tell(line, state, name, answer);
}

function tell(line, state, name, answer) {
  line.className = answer.state;
  state.textContent = STATES[answer.state];
  said.textContent = `${name}: ${STATES[answer.state]}.`;
  if (answer.state === "running") underWay.set(answer.id, [line, state, name]); else underWay.delete(answer.id);
}

document.getElementById("wind").addEventListener("click", async ({ target }) => {
  target.disabled = true;
  await ask("clock", {});
  for (const [id, [line, state, name]] of [...underWay]) tell(line, state, name, await ask(id));
  target.disabled = false;
});
