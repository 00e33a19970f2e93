// Two taps on Join would be two people of the same name, and the second would be refused.

const form = document.querySelector("form");
const button = form.querySelector("button");

form.addEventListener("submit", () => { button.disabled = true; });
addEventListener("pageshow", () => { button.disabled = false; }); // back from the poll
