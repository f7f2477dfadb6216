//! The guide's structure: its sections, lists, forms, logs, templates, tables, figures, terms and questions.

use std::collections::BTreeSet;

use super::page::{Heading, Node, Section};
use super::{CHAPTERS, assert_none, guide, is_han, texts};

/// The chapters and their numbered sections.
const SECTIONS: &[(&str, &str, &[&str])] = &[
    ("know.html", "第 1 章 认清逾期", &["1.1 什么算逾期", "1.2 逾期的后果与时间线"]),
    ("prepare.html", "第 2 章 备齐材料", &["2.1 收集证据", "2.2 核对个人信息", "2.3 说清逾期原因"]),
    (
        "channels.html",
        "第 3 章 选对渠道",
        &["3.1 在线客服", "3.2 电话沟通", "3.3 邮件与书面函", "3.4 社交媒体官方账号"],
    ),
    (
        "talk.html",
        "第 4 章 沟通要领",
        &["4.1 保持冷静", "4.2 把话说清楚", "4.3 做好沟通记录", "4.4 读懂平台规则", "4.5 遇到违规催收"],
    ),
    (
        "offer.html",
        "第 5 章 提出方案",
        &["5.1 申请宽限或展期", "5.2 协商分期", "5.3 申请减免费用", "5.4 退货超期与订阅扣费"],
    ),
    ("follow.html", "第 6 章 跟进结果", &["6.1 盯住处理进度", "6.2 根据反馈调整", "6.3 落实与存档"]),
    (
        "help.html",
        "第 7 章 寻求帮助",
        &["7.1 消协与投诉渠道", "7.2 法律咨询与援助", "7.3 公开曝光要谨慎", "7.4 收到法律文书", "7.5 识别代理维权骗局"],
    ),
    (
        "plan.html",
        "第 8 章 总结与长期计划",
        &["8.1 一页回顾", "8.2 查询与维护信用", "8.3 防止再次逾期", "8.4 何时重新打开本指南"],
    ),
];

const UNNUMBERED: &[(&str, &str)] = &[
    ("index.html", "逾期之后，怎么和平台谈"),
    ("sheets.html", "附录 A 打印清单总表"),
    ("hotlines.html", "附录 B 热线与时限速查"),
    ("glossary.html", "附录 C 术语表"),
    ("faq.html", "附录 D 常见问题"),
    ("sources.html", "附录 E 来源与更新"),
    ("disclaimer.html", "免责声明"),
];

/// Id, title and number of items.
const CHECKLISTS: &[(&str, &str, usize)] = &[
    ("C0", "今天先做的七件事", 7),
    ("C1", "认清这一笔", 8),
    ("C2a", "收集证据", 8),
    ("C2b", "核对个人信息", 6),
    ("C2c", "说清原因", 5),
    ("C3a", "在线客服", 6),
    ("C3b", "打电话前", 6),
    ("C3b2", "打电话时", 7),
    ("C3c", "邮件与书面函", 8),
    ("C3d", "社交媒体", 5),
    ("C4a", "保持冷静", 7),
    ("C4b", "读规则", 7),
    ("C4c", "遇到违规催收", 8),
    ("C5a", "宽限或展期", 6),
    ("C5b", "分期签约前", 9),
    ("C5c", "减免", 6),
    ("C5d", "退货超期与订阅扣费", 8),
    ("C6a", "跟进", 6),
    ("C6b", "结清存档", 7),
    ("C7a", "投诉前", 8),
    ("C7b", "咨询前", 6),
    ("C7c", "收到文书", 9),
    ("C7d", "发帖前", 7),
    ("C7e", "识别骗局", 8),
    ("C8a", "一页回顾", 8),
    ("C8b", "每月十分钟", 7),
];

const FORMS: &[&str] = &["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11"];

const LOGS: &[&str] = &["L1", "L2", "L3"];

/// Id and number of variants. T5 has one for each of the three kinds of overdue obligations.
const TEMPLATES: &[(&str, usize)] = &[
    ("T1", 1),
    ("T2", 1),
    ("T3", 1),
    ("T3b", 1),
    ("T4", 1),
    ("T5", 3),
    ("T5b", 1),
    ("T6", 1),
    ("T7", 1),
    ("T8", 1),
    ("T8b", 1),
    ("T8c", 1),
    ("T9", 1),
    ("T10", 1),
    ("T11", 1),
    ("T12", 1),
    ("T13", 1),
];

const TABLES: &[(&str, &str)] = &[
    ("know.html", "表 1-1"),
    ("channels.html", "表 3-1"),
    ("offer.html", "表 5-1"),
    ("follow.html", "表 6-1"),
    ("help.html", "表 7-1"),
];

const FIGURES: &[(&str, &str)] = &[
    ("index.html", "D1"),
    ("know.html", "D2a"),
    ("prepare.html", "D2"),
    ("channels.html", "D3"),
    ("offer.html", "D5"),
    ("help.html", "D7"),
    ("help.html", "D8"),
];

const TERMS: &str = "逾期、到期日、宽限期、展期、罚息（逾期利息）、违约金、滞纳金（旧称）、综合融资成本、年化利率、LPR、本金、分期、\
    个性化分期、减免、结清证明、债权转让、委外催收、债务无关第三人、格式条款、先用后付、自动续费、七日无理由退货、预付卡、\
    征信（央行信用报告）、平台信用分、征信异议、一次性信用修复、公共信用修复、诉讼时效、时效中断、支付令、答辩状、传票、缺席判决、\
    小额诉讼、电子送达、仲裁条款、失信名单、限制消费、执行和解、法律援助、人民调解、EMS、电子数据、原始载体、工单号、\
    代理维权（骗局）、以贷养贷";

/// The id of a tool by its title: `C2a 收集证据` is `C2a`.
pub(super) fn tool_of(title: &str) -> &str {
    title.split([' ', '　']).next().unwrap_or_default()
}

/// Every tool of the built book: lists, forms, logs, templates, captions of tables and figures.
pub(super) fn tools() -> BTreeSet<String> {
    guide().pages.values().flat_map(tools_of).collect()
}

fn tools_of(page: &Node) -> Vec<String> {
    let mut tools = Vec::new();
    for node in page.elements() {
        tools.extend(node.attribute("data-list-id").map(str::to_owned));
        if node.name == "table" {
            tools.extend(node.attribute("id").map(str::to_owned));
        }
        if node.name == "figcaption" {
            tools.extend(caption(node, "图 "));
        }
        tools.extend(caption(node, "表 ").filter(|_| node.name == "strong").map(|number| format!("表 {number}")));
    }
    tools.extend(
        page.headings().iter().map(|heading| tool_of(&heading.title)).filter(|id| is_template(id)).map(str::to_owned),
    );
    tools
}

/// The id in a caption: `D1` of `图 D1　先看你在哪一格`.
fn caption(node: &Node, kind: &str) -> Option<String> {
    let text = node.text();
    let rest = text.strip_prefix(kind)?;
    Some(tool_of(rest).to_owned())
}

fn is_template(id: &str) -> bool {
    id.strip_prefix('T').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[test]
fn the_guide_has_no_diagnostics() {
    assert_eq!(guide().diagnostics, "");
}

#[test]
fn every_section_has_its_title() {
    for (path, chapter, sections) in SECTIONS {
        let headings = guide().page(path).headings();
        assert_eq!(headings[0].words(), *chapter);
        let numbered = headings.iter().filter(|heading| heading.level == 2 && !heading.number.is_empty());
        assert_eq!(numbered.map(Heading::words).collect::<Vec<_>>(), *sections, "{path}");
    }
    for (path, title) in UNNUMBERED {
        assert_eq!(guide().page(path).headings()[0].words(), *title);
    }
    assert_eq!(guide().pages.len(), SECTIONS.len() + UNNUMBERED.len());
}

#[test]
fn a_chapter_begins_with_its_aim_and_ends_with_lists_forms_templates_and_sources() {
    for path in CHAPTERS {
        let page = guide().page(path);
        let aim = page.named("p").first().map(|first| first.text()).unwrap_or_default();
        assert!(aim.starts_with("本章目标："), "{path}: {aim}");
        let ends = page
            .headings()
            .into_iter()
            .filter(|heading| heading.title.starts_with("本章"))
            .map(|heading| heading.title);
        let ends: Vec<String> = ends.collect();
        let order: Vec<&str> = ["本章清单", "本章表单", "本章模板"]
            .into_iter()
            .filter(|end| ends.iter().any(|there| there == end))
            .collect();
        assert_eq!(ends, order, "{path}");
        assert_eq!(ends[0], "本章清单", "{path}");
        assert!(!page.with_class("cb-footnotes").is_empty(), "{path} has no sources");
    }
}

#[test]
fn every_checklist_exists_and_is_on_the_page_of_all_checklists() {
    let lists = guide().pages.values().flat_map(|page| page.with_class("cb-checklist"));
    let mut found: Vec<(&str, &str)> =
        lists.map(|list| (list.attribute("data-list-id").unwrap(), list.attribute("aria-label").unwrap())).collect();
    let mut wanted: Vec<(&str, String)> =
        CHECKLISTS.iter().map(|(id, name, _)| (*id, format!("{id} {name}"))).collect();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted.iter().map(|(id, title)| (*id, title.as_str())).collect::<Vec<_>>());
    let entries = guide().generated["checklists.html"].with_class("cb-overview__list");
    assert_eq!(entries.len(), CHECKLISTS.len());
    for (entry, (id, name, count)) in entries.iter().zip(CHECKLISTS) {
        let links: Vec<&str> = entry.named("a").iter().filter_map(|link| link.attribute("href")).collect();
        assert_eq!(entry.attribute("data-list-id"), Some(*id), "the order of checklists.html");
        assert!(entry.text().contains(&format!("{id} {name}")));
        assert_eq!(entry.attribute("data-item-ids").unwrap().split(' ').count(), *count, "items of {id}");
        assert!(links.contains(&format!("checklists/{id}.html").as_str()), "{id} has no link to its sheet");
        assert!(guide().generated.contains_key(&format!("checklists/{id}.html")), "{id} has no sheet");
    }
}

#[test]
fn a_checklist_has_five_to_nine_short_items() {
    let mut faults = Vec::new();
    for list in guide().pages.values().flat_map(|page| page.with_class("cb-checklist")) {
        let id = list.attribute("data-list-id").unwrap();
        // A pause divides a list into groups, each of which is a list in HTML.
        for group in list.named("ul") {
            let items = group.with_class("cb-item");
            if !(5..=9).contains(&items.len()) {
                faults.push(format!("{id}: a group of {} items", items.len()));
            }
            let long =
                items.iter().map(|item| item.text()).filter(|text| text.chars().filter(|c| is_han(*c)).count() > 40);
            faults.extend(long.map(|text| format!("{id}: `{text}` is too long")));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_form_and_log_exists() {
    let tables = |class: &str| {
        let all = guide().pages.values().flat_map(|page| page.with_class(class));
        all.map(|table| table.attribute("id").unwrap()).collect::<BTreeSet<_>>()
    };
    assert_eq!(tables("cb-form"), FORMS.iter().copied().collect());
    assert_eq!(tables("cb-log"), LOGS.iter().copied().collect());
    assert_eq!(tables("cb-log--landscape"), LOGS.iter().copied().collect());
}

#[test]
fn every_template_exists_blank_and_filled_in() {
    let mut found = Vec::new();
    for page in guide().pages.values() {
        let mut template = None;
        for Section { heading, elements } in page.sections() {
            if heading.level <= 3 {
                template = is_template(tool_of(&heading.title)).then(|| tool_of(&heading.title).to_owned());
                found.extend(template.clone().map(|id| (id, 0)));
            }
            let tabs = elements.iter().filter(|node| node.has_class("cb-tabs"));
            for tabs in tabs.filter(|_| template.is_some()) {
                let panels = tabs.with_class("cb-tabs__panel");
                let keys: Vec<_> = panels.iter().filter_map(|panel| panel.attribute("data-key")).collect();
                assert_eq!(keys, ["空白模板", "填好的例子"], "{template:?}");
                assert!(!panels[0].with_class("cb-blank").is_empty(), "{template:?}: no blank to fill in");
                assert!(panels[1].with_class("cb-blank").is_empty(), "{template:?}: the example has a blank");
                found.last_mut().unwrap().1 += 1;
            }
        }
    }
    found.sort();
    let mut wanted: Vec<(String, usize)> = TEMPLATES.iter().map(|(id, tabs)| ((*id).to_owned(), *tabs)).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn appendix_a_names_every_sheet_form_log_and_template_once() {
    let links = guide().page("sheets.html").named("td").into_iter().flat_map(|cell| cell.named("a"));
    let mut named: Vec<String> = links.map(|link| tool_of(&link.text()).to_owned()).collect();
    let lists = CHECKLISTS.iter().map(|(id, ..)| *id).chain(TEMPLATES.iter().map(|(id, _)| *id));
    let mut wanted: Vec<&str> = lists.chain(FORMS.iter().copied()).chain(LOGS.iter().copied()).collect();
    named.sort();
    wanted.sort_unstable();
    assert_eq!(named, wanted);
    let promise = format!(
        "全书有 {} 张清单、{} 张填写表、{} 张日志、{} 份模板",
        CHECKLISTS.len(),
        FORMS.len(),
        LOGS.len(),
        TEMPLATES.len()
    );
    assert!(guide().page("sheets.html").text().contains(&promise), "{promise}");
}

#[test]
fn every_table_follows_its_caption() {
    for (path, number) in TABLES {
        let page = guide().page(path);
        let elements = page.elements();
        let at = elements.iter().position(|node| node.name == "p" && node.text().starts_with(&format!("{number}　")));
        let at = at.unwrap_or_else(|| panic!("{path}: no caption `{number}`"));
        let next = elements[at..].iter().find(|node| !matches!(node.name.as_str(), "p" | "strong"));
        assert!(next.is_some_and(|node| node.has_class("cb-table")), "{path}: no table after `{number}`");
    }
}

#[test]
fn every_figure_has_a_text_alternative() {
    for (path, id) in FIGURES {
        let page = guide().page(path);
        let figures = page.named("figure");
        let figure = figures.iter().find(|figure| figure.text().starts_with(&format!("图 {id}　")));
        let figure = figure.unwrap_or_else(|| panic!("{path}: no figure {id}"));
        let image = figure.named("img")[0];
        assert!(image.attribute("alt").is_some_and(|alt| alt.chars().count() >= 20), "{id} has no alternative text");
        let drawing = texts().remove(image.attribute("src").unwrap());
        let drawing = drawing.unwrap_or_else(|| panic!("{id} has no file"));
        assert!(
            ["<title", "<desc"].iter().all(|part| drawing.contains(part)),
            "{id}: the SVG has no title or description"
        );
        let summary = format!("图 {id} 的文字版");
        let alternative =
            page.named("details").into_iter().find(|details| details.named("summary")[0].text() == summary);
        let alternative = alternative.unwrap_or_else(|| panic!("{path}: no `{summary}`"));
        assert!(alternative.named("li").len() >= 3, "{id} as a list");
    }
}

#[test]
fn the_glossary_explains_every_term() {
    let page = guide().page("glossary.html");
    let terms: Vec<String> = page.named("dt").iter().map(|term| term.text()).collect();
    let found: BTreeSet<&str> = terms.iter().map(String::as_str).collect();
    let wanted: BTreeSet<&str> = TERMS.split('、').map(str::trim).collect();
    assert_eq!(found, wanted);
    assert_eq!(terms.len(), wanted.len(), "a term is defined twice");
    for (term, meaning) in terms.iter().zip(page.named("dd")) {
        let text = meaning.text();
        for part in ["别名：", "首字母：", "英文：", "见 "] {
            assert!(text.contains(part), "{term}: no `{part}`");
        }
        assert!(!meaning.named("a").is_empty(), "{term} has no link");
    }
}

#[test]
fn twenty_questions_have_an_answer_with_a_link() {
    let sections = guide().page("faq.html").sections();
    let questions: Vec<&Section<'_>> =
        sections.iter().filter(|section| section.heading.level == 2 && section.heading.title != "注释").collect();
    assert_eq!(questions.len(), 20);
    for question in questions {
        let Heading { title, .. } = &question.heading;
        assert!(title.ends_with(['？', '?']), "`{title}` is not a question");
        let is_link =
            |node: &&Node| node.name == "a" && node.attribute("href").is_some_and(|href| href.contains(".html"));
        assert!(question.elements.iter().any(is_link), "`{title}` has no link");
    }
}

#[test]
fn the_front_page_has_the_short_disclaimer_and_the_date_of_the_check() {
    let front = guide().page("index.html").text();
    for words in ["不是法律意见", "急事先打 110 / 12348", "最近核对日期：2026-11-22"] {
        assert!(front.contains(words), "{words}");
    }
    let long = guide().page("disclaimer.html");
    let titles: Vec<String> = long.headings().into_iter().map(|heading| heading.title).collect();
    for title in ["适用地域与核对日期", "不构成律师与客户的关系", "结果不保证", "发现错误怎么办", "情绪与安全"]
    {
        assert!(titles.iter().any(|there| there == title), "{title}");
    }
}
