//! Texts that teach how something is written: in them markup is what their author wanted to be read.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

/// So many different words of web pages, and a text is about how they are made.
const WORDS: usize = 2;
/// What stands before an example is looked at for so many bytes.
const NEAR: usize = 40;

/// Whether a text teaches how web pages are written: it names one of their languages, or several of the words that
/// their makers use.
pub(super) fn teaches_web_pages(text: &str) -> bool {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        let names = "JSX|TSX|CSS|SCSS|DOM|className|React(?:JS|\\.js)|Vue(?:JS|\\.js)|AngularJS|jQuery|innerHTML|DOCTYPE|Tailwind|stylesheet|style sheet";
        let signs = r#"\bclassName=|\bon(?:Click|Change|Submit)=|<[a-z][a-z0-9]*\s[^<>\n]{0,200}=\{|\s@[a-z]+=|\sv-[a-z]+[=:]|\*ng(?:If|For)|\sng-[a-z]+=|\(click\)="#;
        // Of components, which have capitals: `<App />`, `</App>`.
        let components = r"</?[A-Z][A-Za-z]+(?:\s[^<>\n]{0,200})?/>|</[A-Z][a-z]+[A-Za-z]*>";
        Regex::new(&format!(r"\b(?:{names})\b|{signs}|{components}")).expect("a constant pattern")
    });
    static TALK: LazyLock<Regex> = LazyLock::new(|| {
        let words = [
            "react|vue|angular|svelte|bootstrap|frontend|front-end",
            "components?|props|attributes?|selectors?|hooks?|markup|snippets?|semantic",
            "browsers?|web ?pages?|web ?developers?|web ?design|rendere?d?|renders|rendering|accessibility",
            "wrapper|container|nested|nesting|inline|headings?|paragraphs?|tags?|elements?|source code|screen readers?",
            "komponenten?|attribute?n?|auszeichnung|quelltext|webseiten?|überschriften?|absätze?",
            "balises?|attributs?|composants?|navigateurs?|etiquetas?|atributos?|navegador(?:es)?|elementi|browser",
            "компонент(?:ы|а|ов)?|атрибут(?:ы|а|ов)?|браузер(?:е|а|ы)?|вёрстк[аиу]|верстк[аиу]|тег(?:и|а|ов)?",
        ];
        Regex::new(&format!(r"(?i)\b(?:{})\b|ブラウザ|要素|属性|浏览器|组件", words.join("|")))
            .expect("a constant pattern")
    });
    NAMES.is_match(text) || says_several(text, &TALK)
}

/// Whether a text teaches how words are formatted, in whatever markup: it names several of the means.
pub(super) fn teaches_formatting(text: &str) -> bool {
    static TALK: LazyLock<Regex> = LazyLock::new(|| {
        let words = [
            "bold|boldface|italics?|strikethrough|formatting|syntax|hyperlinks?|brackets?|parenthes[ei]s|asterisks?",
            "fett|fettschrift|kursiv|formatierung|klammern?|sternchen|gras|italique|crochets?|parenthèses?|astérisques?",
            "negrita|cursiva|corchetes?|paréntesis|asteriscos?|grassetto|corsivo|parentesi|asterischi|negrito|itálico|colchetes",
            "жирн(?:ый|ым|ого|ом)|курсив(?:ом|а)?|скобк(?:и|ах|ами)|скобок|звёздочк(?:и|ами)|звездочк(?:и|ами)|vet|cursief|haakjes",
        ];
        Regex::new(&format!(r"(?i)\b(?:{})\b|太字|斜体|粗体|括号", words.join("|"))).expect("a constant pattern")
    });
    says_several(text, &TALK)
}

/// Whether a text has several different ones of `words`.
fn says_several(text: &str, words: &Regex) -> bool {
    let mut said = HashSet::new();
    words.find_iter(text).any(|word| {
        said.insert(word.as_str().trim_end_matches('s').to_lowercase());
        said.len() >= WORDS
    })
}

/// Whether `before`, which stands before an example, tells to write it: `add`, `use the following code:`.
pub(super) fn is_told_to_write(before: &str) -> bool {
    static VERBS: LazyLock<Regex> = LazyLock::new(|| {
        let words = "add|adding|use|using|insert|inserting|type|typing|write|writing|put|paste|pasting|enter|place|copy|syntax|example|e\\.g|such as|like|called|code|\
            schreibe?|tippe|verwende|nutze|benutze|füge|gib|setze|ajoutez|ajouter|utilisez|insérez|écrivez|tapez|collez|añade|usa|usar|inserta|escribe|pega|\
            aggiungi|inserisci|scrivi|digita|adicione|insira|escreva|вставьте|напишите|используйте|добавьте|wpisz|wstaw|gebruik|typ|voeg";
        let between = r"\W+(?:(?:the|this|a|an|following|das|den|die|le|la|el|il|o|code|shortcode)\W+){0,3}";
        Regex::new(&format!(r"(?i)\b(?:{words}){between}$")).expect("a constant pattern")
    });
    VERBS.is_match(&before[before.ceil_char_boundary(before.len().saturating_sub(NEAR))..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_teaches_web_pages_names_their_parts() {
        for text in [
            "Every component is a function that returns JSX.",
            "Give the nested container an attribute of its own.",
            "Ein Absatz und seine Attribute: so liest sie der Browser.",
            "<App />",
            "<li onClick={go}>a</li>",
            "<button @click=\"count++\">a</button>",
            "<b v-if=\"a\">b</b>",
        ] {
            assert!(teaches_web_pages(text), "{text}");
        }
        for text in [
            "The ferry leaves at six, and its captain reacts to the fog.",
            "Open the page in your browser.",
            "<b>The harbour</b> is <i>old</i>.",
        ] {
            assert!(!teaches_web_pages(text), "{text}");
        }
    }

    #[test]
    fn a_text_that_teaches_formatting_names_several_means() {
        assert!(teaches_formatting("Two stars make it bold, one makes it italic."));
        assert!(teaches_formatting("Ein Link steht in Klammern, und kursiv wird es mit Sternchen."));
        assert!(!teaches_formatting("It was a bold plan, and a bold man had it."));
    }

    #[test]
    fn an_example_stands_behind_a_word_that_tells_to_write_it() {
        for before in ["Add ", "use the following code: ", "Schreibe „", "a tag such as "] {
            assert!(is_told_to_write(before), "{before}");
        }
        for before in ["", "The harbour. ", "They add the salt first and then "] {
            assert!(!is_told_to_write(before), "{before}");
        }
    }
}
