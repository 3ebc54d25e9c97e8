// Searches the index in the browser. Without scripts the site's lists lead to everything that this finds.
(function () {
  "use strict";
  var forms = document.querySelectorAll("[data-search]");
  forms.forEach(function (each) { each.hidden = false; });
  var place = document.querySelector("[data-results]");
  var asked = new URLSearchParams(location.search);
  var given = Array.from(asked).filter(function (pair) { return pair[1] !== ""; });
  if (!place || given.length === 0) { return; }
  var root = document.querySelector('link[rel="stylesheet"]').getAttribute("href").replace("style.css", "");
  var silent = ["a", "an", "and", "for", "in", "of", "on", "the", "to", "with"];
  given.forEach(function (pair) {
    var field = document.querySelector('[data-search] [name="' + pair[0].replace(/[^a-z]/g, "") + '"]');
    if (field) { field.value = pair[1]; }
  });
  function words(text) {
    var plain = text.toLowerCase().replace(/['\u2019]s/g, "s").normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    return (plain.match(/[a-z0-9]+/g) || []).filter(function (word) { return silent.indexOf(word) < 0; });
  }
  function chosen() {
    var filters = {};
    given.forEach(function (pair) {
      if (pair[0] !== "q" && pair[0] !== "compare") { (filters[pair[0]] = filters[pair[0]] || []).push(pair[0] + "=" + pair[1]); }
    });
    return Object.values(filters);
  }
  function add(parent, tag, text) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    parent.appendChild(made);
    return made;
  }
  // Up to four results side by side: their keys stand in the address, and each gives its own figures.
  var compared = asked.getAll("compare").filter(function (key, at, all) { return all.indexOf(key) === at; }).slice(0, 4)
    .map(function (key) { return "results/" + key + "/index.html"; });
  function choose(parent, words, each, chosen) {
    var next = new URLSearchParams(asked);
    next.delete("compare");
    chosen.forEach(function (at) { next.append("compare", at.split("/")[1]); });
    var link = add(parent, "a", words);
    link.href = "?" + next.toString();
    link.setAttribute("aria-label", words + " " + each.title);
  }
  function line(row, cells) {
    cells.forEach(function (words, at) {
      var cell = add(row, at === 0 ? "th" : "td", words);
      if (at === 0) { cell.setAttribute("scope", "row"); }
    });
  }
  function beside(box, chosen) {
    if (chosen.length === 0) { return; }
    add(box, "h2", "Side by side");
    add(box, "p", "Differences between programmes may come from who took part, where and when: compare with care.");
    var scroll = add(box, "div");
    scroll.className = "scroll wide";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Results side by side");
    var table = add(scroll, "table");
    add(table, "caption", "Results side by side");
    var heads = add(add(table, "thead"), "tr"), body = add(table, "tbody"), choices = add(box, "ul");
    ["Programme", "What was found", "Outcome", "Difference", "95% range", "People"].forEach(function (words) {
      add(heads, "th", words).setAttribute("scope", "col");
    });
    chosen.forEach(function (each) {
      var row = add(body, "tr");
      choose(add(choices, "li"), "Take out", each, chosen.filter(function (one) { return one !== each; }).map(function (one) { return one.at; }));
      choices.lastChild.appendChild(document.createTextNode(" " + each.title));
      fetch(root + each.at.replace("index.html", "entry.json")).then(function (answer) { return answer.json(); }).then(function (entry) {
        var first = entry.outcomes.filter(function (one) { return one.headline && one.role === "primary"; })[0];
        line(row, [each.title + ", " + each.by, each.says].concat(first ? [first.name, first.difference.text,
          first.ci_low.text + " to " + first.ci_high.text, first.n_treated.text] : ["", "", "", ""]));
      });
    });
  }
  function show(found, chosen) {
    place.textContent = "";
    beside(place, chosen);
    add(place, "p", found.length === 1 ? "1 result" : found.length + " results");
    var list = add(place, "ul");
    list.className = "list";
    found.slice(0, 200).forEach(function (each) {
      var item = add(list, "li");
      var link = add(add(item, "strong"), "a", each.title);
      link.href = root + each.at;
      if (compared.length < 4 && compared.indexOf(each.at) < 0) {
        add(item, "span", " ");
        choose(item, "Compare", each, compared.concat(each.at));
      }
      add(item, "span", each.says + ". " + each.by + ", " + each.on + ".");
    });
    if (found.length > 200) { add(place, "p", "The first 200 are shown. Add a word to find fewer."); }
  }
  fetch(root + "index.json").then(function (answer) { return answer.json(); }).then(function (every) {
    var wanted = words(asked.get("q") || ""), filters = chosen();
    var picked = compared.map(function (at) { return every.filter(function (each) { return each.at === at; })[0]; })
      .filter(Boolean);
    compared = picked.map(function (each) { return each.at; });
    show(every.filter(function (each) {
      var has = each.words.split(" ");
      return wanted.every(function (word, place) {
        return has.some(function (one) { return place === wanted.length - 1 ? one.indexOf(word) === 0 : one === word; });
      }) && filters.every(function (values) { return values.some(function (value) { return each.is.indexOf(value) >= 0; }); });
    }), picked);
  });
}());
