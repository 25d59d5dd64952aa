// What the browser does by itself: addresses, ages of data, downloads of pictures, a word when the server is away.
window.dash_clientside = window.dash_clientside || {};
(function () {
  "use strict";
  const settled = { words: {}, record: null, check: 0, asked: "", charts: null };

  function go(href) {
    const there = new URL(href, window.location.href);
    window.dash_clientside.set_props("url", { pathname: there.pathname, search: there.search });
    window.scrollTo(0, 0);
  }

  function text(value) {
    return Array.isArray(value) ? value.join(",") : value === null || value === undefined ? "" : String(value);
  }

  window.dash_clientside.twin = {
    // Puts what a person chose into the address; values that the server set for this very address change nothing.
    choose: function (values, ids) {
      const record = settled.record;
      if (!record || record.search !== window.location.search) return;
      const held = Object.assign({}, record.held), asked = new URLSearchParams(window.location.search);
      let changed = false;
      ids.forEach((id, place) => {
        const value = text(values[place]);
        if (id.key in held && held[id.key] !== value) {
          held[id.key] = value;
          asked.set(id.key, value);
          changed = true;
        }
      });
      if (!changed) return;
      settled.record = { search: "?" + asked.toString(), held };
      window.dash_clientside.set_props("url", { search: settled.record.search });
    },
    settle: function (page, drawn) {
      if (!drawn || !drawn.lang) return;
      settled.words = drawn;
      document.getElementById("alert").hidden = true;
      document.documentElement.lang = drawn.lang;
      document.title = drawn.title;
      for (const id of ["brand", "skip", "about"]) document.getElementById(id).textContent = drawn[id];
      settled.record = { search: drawn.search, held: drawn.held };
      const marked = [].concat(page).map(one => one && one.props && one.props["data-mark"]);
      const there = drawn.path + drawn.search, here = location.pathname + location.search;
      const late = marked.some(Boolean) && (!marked.includes(drawn.mark) || there !== here);
      window.clearTimeout(settled.check);
      if (late && settled.asked !== here) settled.check = window.setTimeout(again, 300, here);
      if (!late) settled.asked = "";
      window.setTimeout(ages, 50);
    },
  };

  // What is shown was made for another page or address than the one a person is at by now: ask for the whole page.
  function again(here) {
    settled.asked = here;
    window.dash_clientside.set_props("again", { data: Date.now() });
  }

  function ages() {
    const words = settled.words;
    if (!words.age_now) return;
    document.querySelectorAll("time.age").forEach(one => {
      const minutes = Math.max(0, (Date.now() - Date.parse(one.dateTime)) / 60000);
      const said = minutes < 2 ? words.age_now
        : minutes < 120 ? words.age_minutes.replace("{n}", Math.round(minutes))
        : minutes < 2880 ? words.age_hours.replace("{n}", Math.round(minutes / 60))
        : words.age_days.replace("{n}", Math.round(minutes / 1440));
      if (one.textContent !== said) one.textContent = said;
    });
  }
  window.setInterval(ages, 5000);

  // A list to choose from gets the name of its label, and its hidden field is one that the Tab key does not stop at.
  let labels = 0;
  function named() {
    document.querySelectorAll(".dash-dropdown-focus-target[tabindex='0']").forEach(one => { one.tabIndex = -1; });
    document.querySelectorAll(".control").forEach(control => {
      const label = control.querySelector(".label"), button = control.querySelector("button.dash-dropdown");
      if (button) button.tabIndex = 0;
      if (!label || !button || button.hasAttribute("aria-labelledby")) return;
      label.id = label.id || "label-" + (++labels);
      button.id = button.id || "picker-" + labels;
      button.setAttribute("aria-labelledby", label.id + " " + button.id);
    });
  }
  new MutationObserver(named).observe(document.documentElement, { childList: true, subtree: true });

  function picture(button) {
    const plot = button.closest(".panel").querySelector(".js-plotly-plot");
    if (!plot || !window.Plotly) return;
    const size = plot.getBoundingClientRect(), run = new URLSearchParams(window.location.search).get("run") || "store";
    window.Plotly.downloadImage(plot, {
      format: "png", width: Math.round(size.width), height: Math.round(size.height), scale: 2,
      filename: (run + "-" + button.dataset.file).replace(/[^A-Za-z0-9._-]+/g, "-"),
    });
  }

  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-nav]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      go(link.href);
      return;
    }
    const button = event.target.closest("button.png");
    if (button) picture(button);
  });

  function alertWith(words) {
    const place = document.getElementById("alert");
    if (!place) return;
    place.hidden = false;
    place.textContent = words;
  }

  // The code of charts is read while the server works out the first panels.
  function charts() {
    if (window.Plotly || settled.charts || !window._dashPlotlyJSURL) return;
    settled.charts = document.createElement("script");
    settled.charts.src = window._dashPlotlyJSURL;
    document.head.append(settled.charts);
  }

  const ask = window.fetch;
  window.fetch = async function (resource, options) {
    const update = String(resource && resource.url || resource).includes("_dash-update-component");
    if (update && String(options && options.body).includes('"part":"body"')) charts();
    try {
      const answer = await ask(resource, options);
      if (update && answer.status === 401) alertWith(settled.words.alert_signed_out || "Sign in again: reload the page.");
      else if (update && answer.status >= 500) alertWith(settled.words.alert_broken || "The server could not answer.");
      else if (update && answer.ok && settled.away) { settled.away = false; document.getElementById("alert").hidden = true; }
      return answer;
    } catch (error) {
      if (update) { settled.away = true; alertWith(settled.words.alert_unreachable || "The server cannot be reached."); }
      throw error;
    }
  };
})();
