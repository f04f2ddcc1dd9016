// The numbered paper of a penalty on the spot (当场行政处罚决定书) as the party reads, signs and keeps it.
"use strict";

const SpotPaper = {
  of(app, rules) {
    const NOT_AT_ONCE = "不当场收缴";
    const BLANK = "＿＿＿＿＿＿";
    const line = (...text) => h("p", {}, ...text);
    const dated = (day) => day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");
    const stopped = (text) => (/[。；]$/.test(text) ? text : `${text}。`);
    const signature = (data, alt) => (data ? app.picture(data, alt) : BLANK);

    function cleaned(value) {
      if (typeof value === "string") return Reading.clean(value);
      if (Array.isArray(value)) return value.map(cleaned);
      if (!value || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one)]));
    }

    // What the paper is made of: the draft, and what was printed with its number.
    function viewOf(kept, printed) {
      const { agency, terms } = rules.told();
      const officers = kept.officers.map(rules.person);
      return {
        ...printed,
        day: rules.today(),
        facts: rules.factsOf(kept),
        officers: officers.map(({ id, name, certificate }) => ({ id, name, certificate })),
        agency,
        terms,
        signs: kept.signs,
        handed: kept.handed,
        signed_at: kept.signed_at || "",
      };
    }

    // ── its paragraphs: the server composes the same from what arrives (spot_text.py) ─────────────────────────────
    function party(facts) {
      const head = facts.legal_representative ? `　法定代表人（负责人）：${facts.legal_representative}` : "";
      const number = facts.party_credit_code || facts.party_id_number;
      return [
        line(`当事人：${facts.party_name || ""}${head}`),
        number ? line(`证件号码（统一社会信用代码）：${number}`) : null,
        facts.party_address ? line(`住所（住址）：${facts.party_address}`) : null,
      ];
    }

    function found(view, facts) {
      const officers = view.officers.map((one) => `${one.name}（执法证号 ${one.certificate}）`).join("、");
      const place = `在${facts.place || ""}检查时，出示执法证件，当场查明下列违法事实：`;
      const evidence = facts.evidence_list || [];
      const names = evidence.map((row) => row.name).filter(Boolean);
      return [
        line(`${dated(view.day)}，执法人员${officers}${place}`),
        line(stopped(facts.violation_facts || "")),
        evidence.length ? line(`上述事实有下列证据证明：${names.join("、")}。`) : null,
      ];
    }

    function heard(facts) {
      const defence = facts.defence_statement
        ? `当事人陈述、申辩：${stopped(facts.defence_statement)}`
        : "当事人当场未提出陈述、申辩。";
      return [
        line("执法人员当场告知了拟作出的处罚内容、事实、理由、依据和依法享有的权利。", defence),
        facts.decision_reasons ? line(stopped(facts.decision_reasons)) : null,
        facts.discretion_reasons ? line(stopped(facts.discretion_reasons)) : null,
      ];
    }

    function sanction(row) {
      const amount = row.amount ? `人民币 ${Number(row.amount).toFixed(2)} 元` : "";
      return [row.kind, amount, row.text].filter(Boolean).join("，");
    }

    function decided(facts) {
      const law = (row) => `《${String(row.law || "").replace(/[《》]/g, "")}》${row.article || ""}`;
      const basis = (facts.legal_basis || []).map(law).join("、");
      const rows = (facts.sanctions || []).filter((row) => row.kind);
      return [
        line(`依据${basis}和《行政处罚法》第五十一条、第五十二条，决定给予下列处罚：`),
        h(
          "ol",
          {},
          rows.map((row) => h("li", {}, sanction(row))),
        ),
        facts.correction_order ? line(stopped(facts.correction_order)) : null,
      ];
    }

    function payment(facts, terms) {
      if (!rules.fined(facts)) return null;
      if (facts.collected_on_spot !== NOT_AT_ONCE) {
        const how = `罚款由执法人员当场收缴（${facts.collected_on_spot}），出具财政部门统一制发的专用票据；`;
        return line(`${how}不出具的，当事人有权拒绝缴纳。`);
      }
      const late = `到期不缴纳的，每日按罚款数额的${terms.late_fee}加处罚款，加处罚款的数额不超出罚款的数额。`;
      const hardship = "确有经济困难的，可以申请延期或者分期缴纳。";
      return line(
        `当事人应当自收到本决定书之日起${terms.payment}内将罚款缴至${facts.payment_bank}。${late}${hardship}`,
      );
    }

    function remedies({ agency, terms }) {
      const first = `应当先自收到本决定书之日起${terms.reconsideration}内向${agency.review_body || "＿＿＿＿"}申请行政复议`;
      const then = `可以自收到行政复议决定书之日起${terms.suit_after_review}内依法向${agency.court || "＿＿＿＿"}提起行政诉讼`;
      return line(`如不服本决定，${first}；对行政复议决定不服的，${then}。`);
    }

    function signatures(view) {
      const { handed, signs } = view;
      const when = view.signed_at ? app.moment(view.signed_at) : "";
      const officers = view.officers.map((one) => signature(signs[one.id], `${one.name}的签名`));
      const witness = handed.service_witness ? `　见证人：${handed.service_witness}` : "";
      const receiver = `当事人（签收）：${handed.served_to || ""}`;
      return [
        h("p", { class: "signs" }, "执法人员（签名）：", officers),
        handed.service_receipt === SpotRules.REFUSED
          ? line(`当事人拒绝签收：${handed.refusal_reason || ""}${witness}　${when}`)
          : h("p", { class: "signs" }, receiver, signature(signs.party, "当事人的签名"), when),
      ];
    }

    const COPIES = "一份当场交付当事人，一份报所属行政机关备案。决定的文号在报备时编排，凭本编号查询。";

    function paper(view) {
      const facts = cleaned(view.facts);
      const agency = view.agency.name || "";
      const code = view.qr ? h("img", { alt: "扫码核对编号", src: app.code(view.qr) }) : null;
      return h(
        "article",
        { class: "paper", lang: "zh-CN" },
        h("h1", {}, agency),
        h("h2", {}, "当场行政处罚决定书"),
        h("p", { class: "number" }, `编号：${view.number}`),
        ...party(facts),
        ...found(view, facts),
        ...heard(facts),
        ...decided(facts),
        payment(facts, view.terms),
        remedies(view),
        ...signatures(view),
        h("p", { class: "right" }, agency, h("br"), dated(view.day)),
        app.muted(COPIES),
        code ? h("figure", {}, code, h("figcaption", {}, "报回机关以后，扫码核对")) : null,
      );
    }

    // What the party read before it signed: any change of the facts takes the signatures back. The code is no part of
    // it.
    function textOf(view) {
      const bare = paper({ ...view, qr: "", signs: {}, handed: {}, signed_at: "" });
      const blocks = [...bare.querySelectorAll(":scope > :not(ol), :scope > ol > li")];
      return blocks
        .map((one) => one.textContent)
        .filter(Boolean)
        .join("\n");
    }

    return { paper, viewOf, textOf };
  },
};
