// What the task package says of penalties on the spot (当场处罚): its steps and fields, what bars them, what is missing.
"use strict";

const SpotRules = {
  REFUSED: "拒绝签收",
  SIGNED: { 自然人: "本人签收", 个体工商户: "本人签收", 法人及非法人组织: "单位签收" },
  // What the paper itself asks when it is handed over, not the form.
  HANDED: new Set([
    ...["blank_number", "served_to", "served_relation", "service_manner", "service_receipt", "service_place"],
    ...["service_witness", "service_announced_on", "mail_number", "refusal_reason"],
  ]),

  of(app) {
    const told = () => (app.pack && app.pack.on_spot && app.pack.on_spot.procedure ? app.pack.on_spot : null);
    const load = (id) => app.ask("load", { place: "spots", name: `${id}.json` });
    const save = (kept) => app.ask("save", { place: "spots", name: `${kept.id}.json`, data: kept });
    const person = (id) => app.pack.people.find((one) => one.id === id) || { id, name: "", certificate: "" };
    const factsOf = (kept) => ({ ...kept.held, ...kept.facts });
    const isFine = (row) => row.kind === "罚款";
    const fined = (facts) => (facts.sanctions || []).some(isFine);
    // By the clock of the server as it was met last: a paper of the wrong day is a wrong paper.
    const now = () => new Date(Date.now() + Reading.ahead(app.contact));
    const today = () => new Date(+now() + 8 * 3600000).toISOString().slice(0, 10);

    function stepsOf(kept) {
      const task = kept.case ? app.task(kept.case) : null;
      return task && task.on_spot && task.on_spot.steps ? task.on_spot.steps : told().steps;
    }

    function named(kept) {
      const facts = factsOf(kept);
      return [facts.party_name || "当事人待填", facts.case_name].filter(Boolean).join(" · ");
    }

    // ── what does not go on the spot ──────────────────────────────────────────────────────────────────────────────
    function bars(bar, facts) {
      const { when } = bar;
      if (when.fact && !when.values.includes(String(facts[when.fact] ?? ""))) return false;
      const rows = (facts[bar.table] || []).filter((row) => bar.kinds.includes(row.kind));
      if (!rows.length) return false;
      const fen = rows.reduce((sum, row) => sum + Math.round(Number(row[bar.column] || 0) * 100), 0);
      return !bar.at_least || fen >= bar.at_least;
    }

    const barred = (facts) => told().bars.filter((bar) => bars(bar, facts));

    function lacking(kept, fields) {
      const facts = factsOf(kept);
      const tables = fields.filter((one) => one.kind === "table");
      const plain = fields.filter((one) => one.kind !== "table");
      const without = Fields.missing({ fields: plain, tables }, facts);
      if (fined(facts)) {
        if (!facts.collected_on_spot) without.push("当场收缴罚款的情形");
        if (facts.collected_on_spot === "不当场收缴" && !facts.payment_bank) without.push("代收罚款的机构");
        if (facts.sanctions.some((row) => isFine(row) && !(Number(row.amount) > 0))) without.push("罚款的金额");
      }
      if (kept.officers.length < told().officers) without.push(`执法人员不少于 ${told().officers} 名`);
      return without;
    }

    // ── the fields of all steps, each once, in order ──────────────────────────────────────────────────────────────
    // Kinds of sanction that never go on the spot are not offered.
    function withoutKinds(field, never) {
      if (field.id !== "sanctions") return field;
      const column = (one) =>
        one.id === "kind" ? { ...one, choices: one.choices.filter((kind) => !never.has(kind)) } : one;
      return { ...field, columns: field.columns.map(column) };
    }

    function sections(kept) {
      const seen = new Set(SpotRules.HANDED);
      const always = told().bars.filter((bar) => !bar.at_least && !bar.when.fact);
      const never = new Set(always.flatMap((bar) => bar.kinds));
      const fresh = (field) => !seen.has(field.id) && seen.add(field.id);
      const fieldsOf = (step) =>
        [...step.fields, ...step.tables].filter(fresh).map((field) => withoutKinds(field, never));
      return stepsOf(kept)
        .map((step) => ({ step, fields: fieldsOf(step) }))
        .filter((one) => one.fields.length);
    }

    return {
      ...{ told, load, save, person, factsOf, fined, now, today, stepsOf, named, barred, lacking, sections },
    };
  },
};
