// The text field that a lab has above its grid. It is an ordinary ipywidgets field, which tells
// Python of a text when Enter is pressed or the field is left. A paste is whole at once, so it is
// taken at once; while somebody types, the answer to an older text gives way to what to do next.

const PASTED = new Set(["insertFromPaste", "insertFromDrop"]);

const FOLD = "↵"; // what Python takes for a line break
const selection = ({ selectionStart, selectionEnd }) => [selectionStart, selectionEnd];

function followField(grid, draw) {
  let later = 0;
  const typing = (is) => {
    clearTimeout(later);
    grid.typing = is;
    draw();
  };
  // Python answers a text that is new to it; where it has nothing to say, the old answer returns.
  const done = () => {
    clearTimeout(later);
    if (grid.typing) later = setTimeout(() => typing(false), PATIENCE / 2);
  };
  // A field of one line drops line breaks, and a dump without them is another text.
  const keepLines = (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\s+$/, "");
    if (!/[\r\n]/.test(text)) return;
    event.preventDefault();
    event.target.setRangeText(text.replace(/\r\n?|\n/g, FOLD), ...selection(event.target), "end");
    event.target.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
  };
  const doings = {
    paste: keepLines,
    input: ({ target, inputType }) =>
      PASTED.has(inputType)
        ? target.dispatchEvent(new Event("change", { bubbles: true }))
        : typing(true),
    change: done,
    focusout: done,
    keydown: ({ key }) => key === "Enter" && done(),
  };
  // The field may be put on the page after the grid, and by others, so it is looked for each time.
  const follow = (event) => {
    const lab = grid.root.closest(".wsl-lab");
    if (event.target.matches?.(".widget-text input") && lab?.contains(event.target)) {
      doings[event.type](event);
    }
  };
  // On the way down: ipywidgets lets no key out of its field.
  for (const name in doings) document.addEventListener(name, follow, true);
  return () => {
    clearTimeout(later);
    for (const name in doings) document.removeEventListener(name, follow, true);
  };
}
