// What the theme's scripts put on `window.chapbook`: the script API of the manual, and what the scripts share.

interface Window {
  chapbook: Chapbook.Scripts;
  /** The Navigation API, as far as it is used; the library `dom` does not have it. */
  navigation?: { entries(): unknown[] };
}

declare namespace Chapbook {
  // Readers' data: theme/js/schema.js.

  /** A tick (`state`) or a text (`value`): exactly one of them is there. */
  interface Entry {
    state?: string;
    value?: string;
    /** What the item said when the reader changed it. */
    text: string;
    /** Milliseconds since 1970. */
    time: number;
  }

  type Entries = Record<string, Entry>;

  /** What is kept of one list, or of the blanks of one page. */
  interface Place {
    title: string;
    /** The ids of all items when the place last changed, separated by spaces. */
    ids: string;
    items: Entries;
    /** Entries whose items the book no longer has. */
    gone: Entries;
  }

  /** One set of ticks and texts of the whole book. */
  interface Copy {
    id: string;
    name: string;
    lists: Record<string, Place>;
    pages: Record<string, Place>;
    /** Blanks with a name. */
    names: Entries;
  }

  interface ReaderData {
    version: 2;
    current: string;
    copies: Copy[];
    /** The number of the last change of each tab that this contains. */
    writers?: Record<string, number>;
  }

  interface Schema {
    /** What a text holds, if it has the shape. */
    read(json: string): ReaderData | undefined;
    empty(): ReaderData;
    newCopy(id: string, name: string): Copy;
    newPlace(): Place;
    limits: { file: number; copies: number; places: number; entries: number; id: number; ids: number; text: number; value: number; name: number };
    states: string[];
  }

  interface State {
    read(): ReaderData;
    /** Changes one copy: the one on the screen, unless another is named. Returns whether it is stored on the device. */
    change(edit: (copy: Copy, data: ReaderData) => void, id?: string): boolean;
    reconcile(places: PlaceOnPage[]): void;
    /** The copy on the screen. */
    copyOf(data: ReaderData): Copy;
    /** The id of the copy on the screen. */
    shown(): string;
    /** Turns to a copy. */
    show(id: string): void;
    /** Makes a copy and turns to it, if there is room. */
    add(name: string): void;
    /** All that is kept, as JSON. */
    export(): string;
    /** Whether the data is stored on the device now. Data of another shape changes nothing. */
    import(json: string | object): boolean;
    clear(): void;
  }

  // Items and places of the page: theme/js/places.js, identity.js.

  /** A box or a blank of the page. */
  interface Item {
    id: string;
    kind: "box" | "blank";
    text: string;
  }

  /** A checklist, or the blanks of a chapter, on the page. */
  interface PlaceOnPage {
    kind: "lists" | "pages";
    id: string;
    title: string;
    items: Item[];
  }

  interface Places {
    boxes(list: Element): HTMLInputElement[];
    blanks(part?: ParentNode): HTMLElement[];
    lists(): HTMLElement[];
    listOf(element: Element): HTMLElement | null;
    words(box: HTMLInputElement): string;
    entry(copy: Copy, element: HTMLElement): Entry | undefined;
    put(copy: Copy, element: HTMLElement, what: { state?: string; value?: string } | undefined): void;
    places(): PlaceOnPage[];
  }

  interface Identity {
    normal(text: string): string;
    likeness(one: string, other: string): number;
    reconcile(place: Place, items: Item[]): { changed: boolean; place: Place };
    formerName(places: Record<string, Place>, here: { title: string; items: Item[] }, known: Set<string>): string | undefined;
  }

  /** The ids of all checklists of the book, and the keys of all its pages. */
  interface Known {
    lists: string[];
    pages: string[];
  }

  interface Pack {
    pack(list: string, ids: string[], states: string[]): string;
    /** The states that a text holds for a list; nothing if it was made for another. */
    unpack(text: string, list: string, ids: string[]): string[] | undefined;
  }

  // The browser's storage: theme/js/storage.js.

  interface StorageArea {
    isEmpty(): boolean;
    /** The text under a key; `null` if there is none, `undefined` if the browser refuses. */
    read(key: string): string | null | undefined;
    /** The value under a key; `null` if there is none or the text is not JSON. */
    readJson(key: string): unknown;
    /** The same if it is an object, else an empty one. */
    readObject(key: string): Record<string, unknown>;
    /** Whether the text is stored. */
    write(key: string, text: string): boolean;
    remove(key: string): void;
  }

  interface BrowserStorage {
    /** What lasts: `localStorage`. */
    device: StorageArea;
    /** What lasts as long as the tab: `sessionStorage`. */
    tab: StorageArea;
    /** The key of this book's value of that name. */
    key(name?: string): string;
  }

  // Search: theme/search/ and theme/js/search*.js.

  /** Stretches of a text: from, to. */
  type Ranges = [number, number][];

  interface SearchResult {
    url: string;
    title: string;
    page: string;
    trail: string[];
    snippet: string;
    score: number;
    marks: string[];
    places: { title: Ranges; snippet: Ranges };
  }

  interface SearchOptions {
    part?: number;
    checklists?: boolean;
    pages?: number;
  }

  /** What an answer says in addition to its results: no section holds the whole query; how pinyin was read; another spelling. */
  interface AnswerNotes {
    loose?: boolean;
    heard?: string;
    meant?: string;
  }

  type SearchResults = SearchResult[] & AnswerNotes;

  interface Facets {
    parts: string[];
    checklists: boolean;
  }

  interface Search {
    (query: string, options?: SearchOptions): Promise<SearchResults>;
    suggest(query: string): Promise<string[]>;
    facets(): Promise<Facets>;
    /** Loads engine and index. */
    prepare(): Promise<unknown>;
    /** Called by the index. */
    start(engine: () => void, index: SearchIndex): void;
    /** Called by a further file of the index. */
    part(name: string, build: string, value: unknown): void;
  }

  interface SearchChoice {
    part: string;
    checklists: boolean;
  }

  interface SearchFilters {
    options(): Promise<{ part?: number; checklists?: boolean }>;
    choose(choice: SearchChoice): void;
    chosen(): SearchChoice;
  }

  interface SearchField {
    input: HTMLInputElement;
    query(): string;
    update(): Promise<void>;
    take(text: string): Promise<void>;
    composes(event: KeyboardEvent): boolean;
    filters: SearchFilters;
    /** Resolves when the words in the field are answered. */
    answered(): Promise<void>;
    /** Whether the last Enter belonged to an input method. */
    composed(): boolean;
  }

  interface SearchFieldOptions {
    pages(): number;
    start: SearchChoice;
    changed(choice: SearchChoice): void;
    show(results: SearchResult[], query: string): void;
  }

  /** How results are put into the dialog or the page. */
  interface ResultFrame {
    group(sections: HTMLElement[], head: HTMLElement | undefined, number: number): HTMLElement;
    link(link: HTMLAnchorElement, number: number): HTMLElement;
  }

  interface Results {
    element<K extends keyof HTMLElementTagNameMap>(name: K, className: string, text?: string): HTMLElementTagNameMap[K];
    groups(results: SearchResult[], frame: ResultFrame): HTMLElement[];
  }

  interface RecentQueries {
    keep(query: string): void;
    list(place: HTMLElement, input: HTMLInputElement, take: (query: string) => void): { show(): void; hide(): void; enter(): void };
  }

  /** The constants of ranking, as the index brings them: src/search/ranking.rs. */
  interface Ranking {
    k1: number;
    b: number;
    fields: { title: number; trail: number; aliases: number; text: number };
    rare: number;
    coverage_floor: number;
    heading_equal: number;
    heading_holds: number;
    text_holds: number;
    neighbours: number;
    main: number;
    aside: number;
    neighbour: number;
  }

  /** A section as the index has it. */
  interface IndexSection {
    url: string;
    title: string;
    page: string;
    trail: string[];
    tags?: string[];
    aliases?: string[];
    text: string;
  }

  /** What whole and sharded indexes share. */
  interface IndexBase {
    build?: string;
    ranking: Ranking;
    simplified: string;
    parts: [string, number][];
    checklists: string;
    terms: string[];
  }

  /** An index that is loaded whole. */
  interface WholeIndex extends IndexBase {
    sections: IndexSection[];
    pinyin: Record<string, string>;
  }

  /** An index whose postings and texts are in further files; lists of numbers are encoded (theme/search/codec.js). */
  interface ShardedIndex extends IndexBase {
    sections?: undefined;
    size: number;
    pages: string;
    texts: string;
    words: string;
    shards: [number, number, number, number];
  }

  type SearchIndex = WholeIndex | ShardedIndex;

  /** Gives a further file of the index: its content depends on the name. */
  type LoadPart = (name: string) => Promise<any>;

  /** A section with its fields folded. */
  interface FoldedSection {
    section: IndexSection;
    fields: string[];
    title: string;
    trail: string;
    aliases: string;
    text: string;
  }

  /** Sections and the weight of a term in each. */
  type Holds = Map<number, number>;

  interface PinyinData {
    pinyin: Record<string, string>;
    strings: [string, number][];
  }

  /** A book that is searched: theme/search/whole.js, shards.js. */
  interface SearchBook {
    size: number;
    words: string[];
    has(word: string): boolean;
    pageOf(section: number): number;
    ahead: { pages: number; sections: number; weakest: number };
    holdsOfWords(words: string[]): Promise<Holds[]>;
    holdsOfString(needle: string): Promise<Holds>;
    read(sections: number[]): Promise<FoldedSection[]>;
    pinyin(): Promise<PinyinData>;
  }

  /** One way in which a term is found: its weight against the exact word, its sections, and what to mark. */
  interface Matcher {
    weight: number;
    holds: Holds;
    marks: string[];
    /** What a section's text must contain; postings of pairs only make it likely. */
    needle?: string;
  }

  interface Term {
    matchers: Matcher[];
    weight: number;
    /** Another spelling, where the word is not in the book. */
    meant?: string;
  }

  interface Query {
    terms: Term[];
    phrases: string[];
    heard?: string;
    meant?: string;
  }

  interface RankedSection {
    at: number;
    score: number;
    /** Whether the section holds the whole query. */
    whole: boolean;
    entry: FoldedSection;
  }

  interface OpenBook {
    answer(query: string, options?: SearchOptions): Promise<{ results: SearchResult[] } & AnswerNotes>;
    suggest(query: string): Promise<string[]>;
    facets(): Promise<Facets>;
  }

  interface Codec {
    decode(text: string): number[];
    decodeRising(text: string): number[];
    decodeStarts(text: string): number[];
    groupOf(starts: number[], at: number): number;
    decodeWords(text: string): string[];
    shardOf(term: string, count: number): number;
  }

  interface SectionFields {
    entry(section: IndexSection): FoldedSection;
    countOf(whole: string, needle: string): number;
    holds(entry: FoldedSection, needle: string): boolean;
    weigher(ranking: Ranking, mean: number): (counts: number[], length: number) => number;
  }

  interface TextFunctions {
    setSimplified(pairs: string): void;
    fold(text: string): string;
    foldForms(text: string): string;
    foldWithPlaces(text: string): { folded: string; place: (at: number) => number };
    words(text: string): string[];
    spaced(text: string): string[];
    partsOf(word: string): string[];
    runs(text: string): string[];
    stem(word: string): string;
    isRun(text: string): boolean;
    isSpaced(text: string): boolean;
    isSymbolPair(pair: string): boolean;
  }

  interface Matchers {
    WEIGHTS: Record<"exact" | "spelled" | "stem" | "compound" | "prefix" | "sound" | "typo" | "infix" | "typos", number>;
    literally(book: SearchBook, needle: string, weight: number): Promise<Matcher>;
    together(book: SearchBook, words: string[], weight: number): Promise<Matcher>;
    near(book: SearchBook, word: string): string[][];
    apart(book: SearchBook, word: string): Promise<Matcher[]>;
  }

  interface Pinyin {
    spelled(book: SearchBook, letters: string): Promise<string[]>;
    alike(book: SearchBook, pair: string): Promise<string[]>;
  }

  // The service worker: theme/offline/.

  interface ExtendableEvent extends Event {
    waitUntil(work: Promise<unknown>): void;
  }

  interface FetchEvent extends ExtendableEvent {
    request: Request;
    clientId: string;
    resultingClientId: string;
    respondWith(response: Promise<Response>): void;
  }

  /** The part of a service worker's global object that the workers use; the library `dom` does not have it. */
  interface ServiceWorkerScope {
    CHAPBOOK: { BUILD: string; FILES: [string, string][] };
    registration: ServiceWorkerRegistration;
    location: Location;
    clients: { matchAll(options: { includeUncontrolled: boolean }): Promise<{ postMessage(message: unknown): void }[]>; claim(): Promise<void> };
    skipWaiting(): Promise<void>;
    addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
    addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
    addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  }

  // All of it.

  interface Scripts {
    // The script API of the manual.
    search: Search;
    state: State;

    // Every page: in the order in which the scripts run.
    storage: BrowserStorage;
    ask(name: string, prepare?: (dialog: HTMLDialogElement) => void): Promise<string>;
    dialogOf(name: string): HTMLDialogElement | undefined;
    part(whole: ParentNode, name: string): HTMLElement | undefined;
    fill(phrase: string | undefined, values: Record<string, string | number>): string;
    fromTemplate(name: string): HTMLElement | undefined;
    showResult(button: HTMLElement, done: boolean): void;
    lazyLoad(src: string | undefined): Promise<void>;
    choose(name: string, value: string): void;
    pageKey(path: string): string;
    /** A text without percent-encoding; it never throws. */
    decode(text: string): string;
    /** The element that a fragment names. */
    placeNamed(hash: string): HTMLElement | null;
    followContents(): void;
    copy(text: string): Promise<boolean>;
    mark(words: string): void;
    leaves?: { print(hash: string): void };
    outline(entries: OutlineEntry[]): void;

    // Pages with something to tick or fill in.
    known: Known;
    schema: Schema;
    identity: Identity;
    merge(before: ReaderData, mine: ReaderData, theirs: ReaderData): ReaderData | undefined;
    relocate(data: ReaderData, places: PlaceOnPage[], known: Known): boolean;
    places: Places;
    plain: { text(whole: Element): string; markdown(list: HTMLElement): string };
    pack: Pack;

    // The search dialog and the results page.
    results: Results;
    filters(place: HTMLElement, start: SearchChoice, changed: (choice: SearchChoice) => void): SearchFilters;
    recent: RecentQueries;
    searchField(place: HTMLElement, options: SearchFieldOptions): SearchField;
    searchOpened?(): void;

    // The search engine, in a worker or on the page.
    searchEngine(): void;
    text: TextFunctions;
    codec: Codec;
    ranking: { use(ranking: Ranking): void; most(): number };
    field: SectionFields;
    whole: { open(index: WholeIndex): SearchBook };
    shards: { open(index: ShardedIndex, part: LoadPart): SearchBook };
    sound: Pinyin;
    matchers: Matchers;
    terms: { termsOf(book: SearchBook, query: string): Promise<Query> };
    rank: {
      rank(book: SearchBook, ranking: Ranking, query: Query, options: { allowed: (at: number) => boolean; pages: number }): Promise<RankedSection[]>;
      holdsTruly(matcher: Matcher, at: number, entry: FoldedSection): boolean;
    };
    engine: { open(index: SearchIndex, part: LoadPart): OpenBook; places(original: string, needles: string[]): Ranges };
  }

  /** Kind, number, title, href from the site's root, entries. */
  type OutlineEntry = [string, string, string, string, OutlineEntry[]];
}
