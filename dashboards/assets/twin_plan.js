// What the form of a run and buttons that ask for something do in the browser.
Object.assign(window.dash_clientside.twin, {
  // The form holds one draft; another address asks for another form.
  planOther: function (search, held) {
    const other = held && window.location.pathname === "/plan" && held.search !== search;
    return other ? search : window.dash_clientside.no_update;
  },
  // What is typed goes into the address, unless the person has gone on meanwhile, to another draft or page.
  planJudged: function (judged) {
    if (!judged || window.location.pathname !== "/plan" || window.location.search !== judged.asked) return;
    window.dash_clientside.set_props("plan-held", { data: judged.held });
    if (judged.held.search !== judged.asked) window.dash_clientside.set_props("url", { search: judged.held.search });
  },
  // What a person wished with a button or a list goes into the address, unless the person is on another page by now.
  planAddress: function (wish) {
    if (wish && window.location.pathname === "/plan" && window.location.search !== wish.search)
      window.dash_clientside.set_props("url", { search: wish.search });
  },
  // A button that was pressed waits for its answer.
  once: function (clicks) {
    return clicks ? true : window.dash_clientside.no_update;
  },
  // Asks again only when the last answer is there or did not come for 15 s, and not while nobody sees the page.
  gate: function (n, asked, answered) {
    const now = Date.now(), open = asked && asked.at !== answered && now - asked.at < 15000;
    return document.hidden || open ? window.dash_clientside.no_update : { at: now };
  },
});

// A list in a form is reached with the Tab key and read out with its label.
(function () {
  "use strict";
  function reached() {
    document.querySelectorAll(".field button.dash-dropdown[tabindex='-1']").forEach(button => {
      const label = button.closest(".field").querySelector("label");
      button.tabIndex = 0;
      if (!label || !button.id) return;
      label.id = label.id || "label-of-" + button.id;
      const said = button.getAttribute("aria-labelledby") || button.id;
      button.setAttribute("aria-labelledby", label.id + " " + said);
    });
  }
  new MutationObserver(reached).observe(document.documentElement, { childList: true, subtree: true });
})();
