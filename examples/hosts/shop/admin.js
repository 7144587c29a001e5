const [dialog, form, said, refused] = ["dialog", "form", "said", "refused"].map((id) => document.getElementById(id));
let once;

document.getElementById("new").addEventListener("click", () => {
  refused.textContent = "";
  // A key for what is about to be asked: pressed twice, it is done once.
  once = crypto.randomUUID();
  dialog.showModal();
});
document.getElementById("cancel").addEventListener("click", () => dialog.close());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  refused.textContent = "";
  const asked = new FormData(form);
  const body = JSON.stringify({ name: asked.get("name"), fails: asked.has("fails"), once });
  const answer = await fetch("garments", { method: "POST", body }).then((answer) => answer.json()).catch(() => ({}));
  if (answer.state === "made") {
    const line = document.createElement("li");
    const [swatch, note] = [document.createElement("span"), document.createElement("span")];
    swatch.className = "swatch clay";
    note.className = "soft";
    note.textContent = "ready";
    line.append(swatch, ` ${answer.name} `, note);
    document.getElementById("garments").append(line);
    said.textContent = `${answer.name} is ready. It took ${answer.credits} credits.`;
    dialog.close();
  } else if (answer.state === "failed") {
    said.textContent = `${answer.name} could not be created. Its ${answer.credits} credits are back.`;
    dialog.close();
  } else {
    refused.textContent = answer.message ?? "That did not work. Please try again.";
    once = crypto.randomUUID();
  }
});
