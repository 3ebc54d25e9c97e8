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
  // As `library/search.py` cuts words and `library/address.py` reads an address: tests hold them together.
  var FOLDED = "LETTERS", ENDINGS = "ENDINGS", KNOWN = "FILTERS", PAGE = 20;
  function words(text) {
    var plain = text.toLowerCase().replace(/['\u2019]s/g, "s").normalize("NFKD").replace(/\p{M}/gu, "");
    return Array.from(plain, function (letter) { return FOLDED[letter] || letter; }).join("").match(/[\p{L}\p{N}]+/gu) || [];
  }
  function chosen() {
    var filters = {};
    given.forEach(function (pair) {
      if (KNOWN[pair[0]] ? KNOWN[pair[0]].indexOf(pair[1]) >= 0 : pair[0] === "region") {
        (filters[pair[0]] = filters[pair[0]] || []).push(pair[0] + "=" + pair[1]);
      }
    });
    return Object.values(filters);
  }
  // What stands first by each order; the index has the newest first, and so have equals.
  function ordered(found) {
    var order = asked.get("order");
    if (order === "oldest") { return found.reverse(); }
    var by = { title: function (each) { return [each.title.toLowerCase(), each.at]; },
      people: function (each) { return [-each.people]; },
      effect: function (each) { return [each.effect === null ? 1 : 0, each.effect || 0]; } }[order];
    return !by ? found : found.sort(function (one, other) {
      var a = by(one), b = by(other), at = a[0] === b[0] ? 1 : 0;
      return a[at] < b[at] ? -1 : a[at] > b[at] ? 1 : 0;
    });
  }
  // The words to look for: one that nothing has is looked for without the ending of a plural.
  function wantedOf(typed, every) {
    var known = new Set();
    every.forEach(function (each) { each.words.split(" ").forEach(function (word) { known.add(word); }); });
    function there(word, last) {
      return known.has(word) || (last && Array.from(known).some(function (one) { return one.startsWith(word); }));
    }
    var wanted = typed.filter(function (word) { return silent.indexOf(word) < 0; });
    return wanted.map(function (word, place) {
      var last = place === wanted.length - 1;
      if (there(word, last)) { return word; }
      return ENDINGS.filter(function (pair) { return word.endsWith(pair[0]) && word.length > pair[0].length + 1; })
        .map(function (pair) { return word.slice(0, -pair[0].length) + pair[1]; })
        .filter(function (one) { return there(one, last); })[0] || word;
    });
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
  // The plot of results side by side, line by line as `library/forest.py` draws it for a server: a test holds the two together.
  var WIDTH = 353, ROW = 27, LINE = 12, GREY = "#3D3D3D", INK = "#0B0C0C", RULE = "#B1B4B6";
  function escaped(words) {
    return String(words).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#x27;");
  }
  function tenth(value) { return value.toFixed(1).replace(/\.0$/, ""); }
  function plain(value) { return String(parseFloat(value.toPrecision(6))); }
  function letters(x, y, words, size, anchor, colour) {
    return '<text x="' + tenth(x) + '" y="' + tenth(y) + '" font-size="' + size + '" fill="' + (colour || INK) + '"' +
      (anchor ? ' text-anchor="' + anchor + '"' : "") + ">" + escaped(words) + "</text>";
  }
  function stroke(x1, y1, x2, y2, colour, width) {
    return '<line x1="' + tenth(x1) + '" y1="' + tenth(y1) + '" x2="' + tenth(x2) + '" y2="' + tenth(y2) + '" stroke="' + colour +
      '" stroke-width="' + width + '"/>';
  }
  function shape(points, fill) {
    return '<polygon points="' + points.map(function (at) { return tenth(at[0]) + "," + tenth(at[1]); }).join(" ") + '" fill="' + fill + '"/>';
  }
  function symbol(x, y, verdict) {
    var r = 2.6 + 7 * Math.sqrt(0.2) / 2;
    if (verdict === "reduction") { return shape([[x - r, y - 0.8 * r], [x + r, y - 0.8 * r], [x, y + r]], "#12436D"); }
    if (verdict === "increase") { return shape([[x - r, y + 0.8 * r], [x + r, y + 0.8 * r], [x, y - r]], "#801650"); }
    return '<circle cx="' + tenth(x) + '" cy="' + tenth(y) + '" r="' + tenth(r) + '" fill="#fff" stroke="' + GREY + '" stroke-width="1.4"/>';
  }
  function scaleOf(ends) {
    var low = Math.min.apply(null, [0].concat(ends)), high = Math.max.apply(null, [0].concat(ends)), edge = 0.04 * (high - low) || 1;
    low -= edge;
    high += edge;
    var least = (high - low) / 5, power = Math.pow(10, Math.floor(Math.log10(least))), ticks = [];
    var step = [1, 2, 5, 10].map(function (factor) { return power * factor; }).filter(function (one) { return one >= least * (1 - 1e-9); })[0];
    for (var place = Math.ceil(low / step - 1e-9); place <= Math.floor(high / step + 1e-9); place += 1) {
      ticks.push(Math.round(place * step * 1e10) / 1e10);
    }
    return { end: WIDTH - 118, ticks: ticks, at: function (value) {
      return 2 + (Math.min(Math.max(value, low), high) - low) / (high - low) * (WIDTH - 118 - 2);
    } };
  }
  function shortened(words) {
    var most = Math.floor(WIDTH / (12 * 0.52)), every = Array.from(words);
    return every.length <= most ? words : every.slice(0, most - 1).join("").trimEnd() + "\u2026";
  }
  function label(x, y, words) {
    var short = shortened(words), half = Array.from(short).length * 12 * 0.52 / 2;
    return letters(Math.min(Math.max(x, half), WIDTH - half), y, short, 8.5, "middle", GREY);
  }
  function range(one) { return one.ci_low.text + " to " + one.ci_high.text; }
  function plot(entries) {
    var found = entries.map(function (entry) { return { title: (entry.corrected ? "Corrected: " : "") + entry.title, of: firstOf(entry) }; })
      .filter(function (each) { return each.of && each.of.ci_low.value !== null; });
    var mine = found.filter(function (each) { return each.of.measure === found[0].of.measure; });
    if (mine.length < 2) { return null; }
    var ends = [];
    mine.forEach(function (each) { ends.push(each.of.ci_low.value || 0, each.of.ci_high.value || 0); });
    var scale = scaleOf(ends), bottom = 4 + ROW * mine.length, first = mine[0].of;
    var unit = (first.kind === "proportion" ? "percentage points" : first.unit) || "difference";
    var parts = scale.ticks.map(function (value) {
      var x = scale.at(value);
      return stroke(x, 2, x, bottom, value === 0 ? GREY : RULE, value === 0 ? 1.2 : 0.6) +
        label(x, bottom + 10, plain(value).replace("-", "\u2212"));
    });
    parts.push(label((2 + scale.end) / 2, bottom + 21, "Lower \u2190 " + unit + " \u2192 higher"));
    mine.forEach(function (each, place) {
      var top = 2 + ROW * place, y = top + LINE + 7;
      parts.push('<g paint-order="stroke" stroke="#fff" stroke-width="3">' + letters(2, top + LINE - 2, shortened(each.title), 9.5) + "</g>" +
        stroke(scale.at(each.of.ci_low.value || 0), y, scale.at(each.of.ci_high.value || 0), y, GREY, 1.6) +
        symbol(scale.at(each.of.difference.value || 0), y, each.of.verdict) +
        letters(WIDTH - 2, y + 3, each.of.difference.text + " (" + range(each.of) + ")", 9, "end"));
    });
    var told = mine.map(function (each) { return each.title + " " + each.of.difference.text + " (" + range(each.of) + ")"; }).join("; ");
    return { name: first.name, mine: mine, svg: '<svg role="img" viewBox="0 0 ' + WIDTH + " " + tenth(bottom + 26) +
      '" xmlns="http://www.w3.org/2000/svg" font-family="Helvetica, Arial, \'Liberation Sans\', sans-serif"><title>' +
      escaped(first.name + ": " + told + ". They are not taken together.") + "</title>" + parts.join("") + "</svg>" };
  }
  function firstOf(entry) {
    return entry.outcomes.filter(function (one) { return one.headline && one.role === "primary"; })[0];
  }
  function region(box, name) {
    var scroll = add(box, "div");
    scroll.className = "scroll wide";
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", name);
    var table = add(scroll, "table");
    add(table, "caption", name);
    return table;
  }
  function heads(table, names) {
    var row = add(add(table, "thead"), "tr");
    names.forEach(function (words) { add(row, "th", words).setAttribute("scope", "col"); });
    return add(table, "tbody");
  }
  function draw(box, entries) {
    var made = plot(entries);
    if (!made) { return; }
    var figure = add(box, "figure");
    add(figure, "figcaption", "The chosen results on \u201c" + made.name + "\u201d");
    figure.insertAdjacentHTML("beforeend", made.svg);
    var details = add(box, "details");
    add(details, "summary", "The same as a table");
    var body = heads(region(details, made.name + ": the chosen results"), ["Result", "People", "Difference", "95% range"]);
    made.mine.forEach(function (each) {
      line(add(body, "tr"), [each.title, each.of.n_treated.text, each.of.difference.text, range(each.of)]);
    });
  }
  function beside(box, chosen) {
    if (chosen.length === 0) { return; }
    add(box, "h2", "Side by side");
    add(box, "p", "Differences between programmes may come from who took part, where and when: compare with care.");
    var body = heads(region(box, "Results side by side"), ["Programme", "What was found", "Outcome", "Difference", "95% range", "People"]);
    var drawn = add(box, "div"), choices = add(box, "ul");
    Promise.all(chosen.map(function (each) {
      var row = add(body, "tr");
      choose(add(choices, "li"), "Take out", each, chosen.filter(function (one) { return one !== each; }).map(function (one) { return one.at; }));
      choices.lastChild.appendChild(document.createTextNode(" " + each.title));
      return fetch(root + each.at.replace("index.html", "entry.json")).then(function (answer) { return answer.json(); }).then(function (entry) {
        var first = firstOf(entry);
        line(row, [each.title + ", " + each.by, each.says].concat(first ? [first.name, first.difference.text,
          range(first), first.n_treated.text] : ["", "", "", ""]));
        return entry;
      });
    })).then(function (entries) { draw(drawn, entries); });
  }
  function steps(page, pages) {
    var list = add(add(place, "nav"), "ul");
    list.className = "pages";
    list.parentNode.setAttribute("aria-label", "Pages");
    add(list, "li", "Page " + page + " of " + pages);
    [["Page before", page - 1], ["Next page", page + 1]].forEach(function (pair) {
      if (pair[1] < 1 || pair[1] > pages) { return; }
      var next = new URLSearchParams(asked);
      next.set("page", pair[1]);
      add(add(list, "li"), "a", pair[0]).href = "?" + next.toString();
    });
  }
  function show(found, chosen) {
    place.textContent = "";
    beside(place, chosen);
    add(place, "p", found.length === 1 ? "1 result" : found.length + " results");
    var list = add(place, "ul"), pages = Math.max(Math.ceil(found.length / PAGE), 1), asks = asked.get("page") || "";
    var page = /^[0-9]{1,6}$/.test(asks) ? Math.min(Math.max(Number(asks), 1), pages) : 1;
    list.className = "list";
    found.slice((page - 1) * PAGE, page * PAGE).forEach(function (each) {
      var item = add(list, "li");
      var link = add(add(item, "strong"), "a", each.title);
      link.href = root + each.at;
      if (compared.length < 4 && compared.indexOf(each.at) < 0) {
        add(item, "span", " ");
        choose(item, "Compare", each, compared.concat(each.at));
      }
      add(item, "span", " " + each.says + ". " + each.by + ", " + each.on + ".");
    });
    if (pages > 1) { steps(page, pages); }
  }
  fetch(root + "index.json").then(function (answer) { return answer.json(); }).then(function (every) {
    var text = (asked.get("q") || "").trim(), typed = words(text), filters = chosen(), wanted = wantedOf(typed, every);
    // text of which nothing can be looked up, such as marks alone, finds nothing
    var lost = text !== "" && typed.length === 0;
    var picked = compared.map(function (at) { return every.filter(function (each) { return each.at === at; })[0]; })
      .filter(Boolean);
    compared = picked.map(function (each) { return each.at; });
    show(ordered(every.filter(function (each) {
      var has = each.words.split(" ");
      return !lost && wanted.every(function (word, place) {
        return has.some(function (one) { return place === wanted.length - 1 ? one.indexOf(word) === 0 : one === word; });
      }) && filters.every(function (values) { return values.some(function (value) { return each.is.indexOf(value) >= 0; }); });
    })), picked);
  });
}());
