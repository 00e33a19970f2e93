// As much of a browser's page as the widgets touch: elements, texts, attributes, events, the focus.
//
// No library: a clone without a network has Node and nothing else. Anything missing here throws.

export class Text {
  static TEXT_NODE = 3;
  nodeType = 3;
  constructor(data) { this.data = data; }
  get textContent() { return this.data; }
  remove() { this.parentElement?.take(this); }
  replaceWith(other) { this.parentElement.swap(this, other); }
}

export class Element {
  nodeType = 1;
  childNodes = [];
  listeners = {};
  parentElement = null;
  attributes = new Map();
  properties = new Map();
  value = "";
  constructor(tag, namespace = "html") {
    this.localName = tag;
    this.namespace = namespace;
    this.style = { setProperty: (name, value) => this.properties.set(name, value) };
    this.classList = {
      add: (name) => (this.className = [...new Set([...this.className.split(" "), name])].join(" ").trim()),
      remove: (name) => (this.className = this.className.split(" ").filter((one) => one !== name).join(" ")),
    };
  }

  // -- attributes
  getAttribute(name) { return this.attributes.get(name) ?? null; }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  removeAttribute(name) { this.attributes.delete(name); }
  getAttributeNames() { return [...this.attributes.keys()]; }
  toggleAttribute(name, on) {
    if (on) this.attributes.set(name, "");
    else this.attributes.delete(name);
  }
  get className() { return this.getAttribute("class") ?? ""; }
  set className(value) { this.setAttribute("class", value); }
  get hidden() { return this.attributes.has("hidden"); }
  set hidden(on) { this.toggleAttribute("hidden", on); }
  get tabIndex() { return Number(this.getAttribute("tabindex")); }
  set tabIndex(value) { this.setAttribute("tabindex", value); }
  get ariaDisabled() { return this.getAttribute("aria-disabled"); }
  get dataset() {
    return Object.fromEntries([...this.attributes].filter(([name]) => name.startsWith("data-"))
      .map(([name, value]) => [name.slice(5).replace(/-(.)/g, (_, letter) => letter.toUpperCase()), value]));
  }

  // -- the tree
  get children() { return this.childNodes.filter(({ nodeType }) => nodeType === 1); }
  get lastChild() { return this.childNodes.at(-1); }
  get textContent() { return this.childNodes.map((child) => child.textContent).join(""); }
  set textContent(text) {
    this.childNodes = [];
    if (text !== "") this.append(text);
  }
  append(...nodes) {
    for (const node of nodes) {
      const child = typeof node === "object" ? node : new Text(String(node));
      child.parentElement?.take(child);
      child.parentElement = this;
      this.childNodes.push(child);
    }
  }
  take(child) {
    this.childNodes = this.childNodes.filter((each) => each !== child);
    child.parentElement = null;
  }
  swap(old, fresh) {
    fresh.parentElement = this;
    this.childNodes[this.childNodes.indexOf(old)] = fresh;
  }
  remove() { this.parentElement?.take(this); }
  replaceWith(other) { this.parentElement.swap(this, other); }
  contains(other) {
    for (let node = other; node; node = node.parentElement) if (node === this) return true;
    return false;
  }
  *walk() {
    for (const child of this.children) {
      yield child;
      yield* child.walk();
    }
  }
  closest(selector) {
    for (let node = this; node; node = node.parentElement) if (node.matches(selector)) return node;
    return null;
  }
  querySelectorAll(selector) { return [...this.walk()].filter((each) => each.matches(selector)); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  matches(selector) {
    return selector.split(/,\s*/).some((one) => {
      const parts = one.match(/^([a-z]+)?(\.[\w-]+)?((?:\[[^\]]+\])*)$/);
      if (!parts) throw new Error(`the page of these tests does not know the selector ${one}`);
      const [, tag, name, attributes] = parts;
      return (!tag || tag === this.localName) &&
        (!name || this.className.split(" ").includes(name.slice(1))) &&
        [...attributes.matchAll(/\[([\w-]+)(?:=['"]?([^'"\]]*)['"]?)?\]/g)].every(
          ([, key, value]) => this.attributes.has(key) && (value === undefined || this.getAttribute(key) === value));
    });
  }

  // -- events
  addEventListener(name, listener) { (this.listeners[name] ??= []).push(listener); }
  fire(name, more = {}) {
    const event = { type: name, target: this, stopped: false, prevented: false, ...more };
    event.stopPropagation = () => (event.stopped = true);
    event.preventDefault = () => (event.prevented = true);
    for (let node = this; node && !event.stopped; node = node.parentElement) {
      for (const listener of node.listeners[name] ?? []) listener(event);
    }
    return event;
  }
  focus() {
    const before = document.activeElement;
    document.activeElement = this;
    this.fire("focusin", { relatedTarget: before });
  }
  scrollIntoView() {}
}

/** Set up a page; returns the element in which a widget is drawn. */
export function page() {
  const body = new Element("body");
  globalThis.Node = { TEXT_NODE: 3, ELEMENT_NODE: 1 };
  globalThis.document = {
    activeElement: body,
    createElement: (tag) => new Element(tag),
    createElementNS: (namespace, tag) => new Element(tag, namespace),
    createTextNode: (data) => new Text(data),
    addEventListener() {},
    removeEventListener() {},
  };
  return body;
}

/** A widget's model: what Python has set, and what was sent to it. */
export class Model {
  listeners = {};
  sent = [];
  constructor(state) { this.state = state; }
  get(name) { return this.state[name]; }
  set(name, value) {
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }
  save_changes() {}
  on(name, listener) { (this.listeners[name] ??= []).push(listener); }
  off(name, listener) { this.listeners[name] = (this.listeners[name] ?? []).filter((each) => each !== listener); }
  send(message) { this.sent.push(message); }
}
