// The shop's own script. It knows nothing of credits.
const picture = document.querySelector(".picture");
for (const radio of document.querySelectorAll("[name=colour]")) {
  radio.addEventListener("change", () => { picture.dataset.colour = radio.value; });
}
const button = document.getElementById("try");
button.addEventListener("click", () => {
  const worn = picture.classList.toggle("worn");
  button.setAttribute("aria-pressed", worn);
});
