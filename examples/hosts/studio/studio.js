// The studio's own page. Prices come from Scrip, so that they are said in one place.
const { services } = await fetch("prices").then((answer) => answer.json());
const PHOTOS = [
  { name: "Living room", service: "advanced_staging" },
  { name: "Kitchen", service: "basic_staging" },
  { name: "Cellar", service: "basic_staging", dark: true },
  { name: "Bedroom", service: "style_change" },
  { name: "Attic", service: "furniture_removal", dark: true },
  { name: "Terrace", service: "outdoor_staging" },
];
const [form, list, sum, said, button] = ["form", "photos", "sum", "said", "stage"].map((id) => document.getElementById(id));

const make = (name, properties, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};
const svg = (name, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

function picture(photo) {
  const room = svg("svg", { viewBox: "0 0 160 100", "aria-hidden": "true", class: photo.dark ? "room dark" : "room" });
  room.append(
    svg("path", { class: "wall", d: "M0 0h160v72H0z" }), svg("path", { class: "floor", d: "M0 72h160v28H0z" }),
    svg("path", { class: "window", d: "M96 16h40v30H96zM116 16v30" }),
    svg("path", { class: "furniture", d: "M18 62q0-14 14-14h36q14 0 14 14v20H18zM24 82v6M76 82v6M108 84h32v4h-32zM112 70h24v14h-24z" }),
  );
  return room;
}

for (const [place, photo] of PHOTOS.entries()) {
  const select = make("select", { id: `service-${place}` });
  for (const { code, name, price } of services) {
    select.append(make("option", { value: code, selected: code === photo.service }, `${name} · ${price.credits}`));
  }
  select.addEventListener("change", () => { photo.service = select.value; total(); });
  photo.state = make("p", { className: "state" });
  photo.tile = make("li", {}, picture(photo), make("label", { htmlFor: select.id }, photo.name), select, photo.state);
  list.append(photo.tile);
}

function total() {
  const credits = PHOTOS.reduce((all, photo) => all + services.find(({ code }) => code === photo.service).price.credits, 0);
  sum.textContent = `${credits} credits for ${PHOTOS.length} photos`;
}
total();

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  said.textContent = "Staging …";
  for (const photo of PHOTOS) { photo.tile.className = "busy"; photo.state.textContent = ""; }
  const photos = PHOTOS.map(({ name, service, dark }) => ({ name, service, dark }));
  const body = JSON.stringify({ photos, once: crypto.randomUUID() });
  const answer = await fetch("stagings", { method: "POST", body }).then((answer) => answer.json()).catch(() => ({}));
  let back = 0;
  for (const photo of PHOTOS) {
    const done = answer.photos?.find(({ name }) => name === photo.name);
    photo.tile.className = done?.state ?? "";
    if (done?.state === "staged") photo.state.textContent = "Staged";
    if (done?.state === "failed") {
      back += done.credits;
      photo.state.textContent = `Too dark. ${done.credits} back`;
    }
  }
  const staged = answer.photos?.filter(({ state }) => state === "staged").length;
  said.textContent = answer.photos
    ? `${staged} photos staged.${back ? ` ${back} credits came back for those that failed.` : ""}`
    : answer.message ?? "That did not work. Please try again.";
  button.disabled = false;
});
