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
      if (pair[0] !== "q") { (filters[pair[0]] = filters[pair[0]] || []).push(pair[0] + "=" + pair[1]); }
    });
    return Object.values(filters);
  }
  function add(parent, tag, text) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    parent.appendChild(made);
    return made;
  }
  function show(found) {
    place.textContent = "";
    add(place, "p", found.length === 1 ? "1 result" : found.length + " results");
    var list = add(place, "ul");
    list.className = "list";
    found.slice(0, 200).forEach(function (each) {
      var item = add(list, "li");
      var link = add(add(item, "strong"), "a", each.title);
      link.href = root + each.at;
      add(item, "span", each.says + ". " + each.by + ", " + each.on + ".");
    });
    if (found.length > 200) { add(place, "p", "The first 200 are shown. Add a word to find fewer."); }
  }
  fetch(root + "index.json").then(function (answer) { return answer.json(); }).then(function (every) {
    var wanted = words(asked.get("q") || ""), filters = chosen();
    show(every.filter(function (each) {
      var has = each.words.split(" ");
      return wanted.every(function (word, place) {
        return has.some(function (one) { return place === wanted.length - 1 ? one.indexOf(word) === 0 : one === word; });
      }) && filters.every(function (values) { return values.some(function (value) { return each.is.indexOf(value) >= 0; }); });
    }));
  });
}());
