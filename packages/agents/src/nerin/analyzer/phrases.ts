/**
 * The English words and phrases that an answer may be made of, separated by " | ", as they are written after
 * contractions are opened ("that's" is "that is", "don't" is "do not"). The longest phrase wins. A word that is
 * neither here nor in the statement leaves its part of the answer unread.
 */

/** How often. Values after Hakel, "How often is often?" (1968), cut into five; "always" and "never" at the ends. */
export const frequencies = {
  5: "always | at all times | all day | all day long | all day every day | day in day out | all the time | all of the time | constantly | continually | continuously | every day | everyday | daily | every time | every single time | every single day | 24/7 | day and night | nonstop | non stop | invariably | permanently | without fail | without exception",
  4: "often | oftentimes | usually | frequently | mostly | mainly | largely | most of the time | more often than i would like | more than i would like | more than i should | most times | most days | a lot | lots | a lot of the time | a great deal | quite a bit | quite a lot | generally | regularly | commonly | typically | normally | more often than not | for the most part | in most cases | many times | much of the time | pretty much",
  3: "sometimes | some days | some of the time | occasionally | on occasion | on occasions | at times | now and then | now and again | from time to time | every now and then | every now and again | every so often | off and on | on and off | half the time | half of the time | about half the time | here and there",
  2: "rarely | rarely ever | seldom | infrequently | not often | once in a while | every once in a while | once in a blue moon | hardly | barely | scarcely | very little | little | once or twice | not that often | on rare occasions",
  1: "never | hardly ever | scarcely ever | barely ever | rarely if ever | seldom if ever | almost never | never ever | never once | never in my life | not ever | hardly at all | barely at all | not once"
}

/** How well the statement fits. A denial turns 4 and 2 round; a degree moves them outwards. */
export const fits = {
  5: "spot on | bang on | dead on | on point | that is me | this is me | it is me | to a t | to a tee | describes me to a t | nailed it | you nailed it | bingo | story of my life | word for word | big time | you bet | hell yes | hell yeah | heck yes | heck yeah | could not agree more | can not agree more | could not be more accurate | could not be more true | could not be truer | without a doubt | no doubt | no doubt about it | through and through | me in a nutshell | to the letter",
  4: "accurate | true | correct | agree | agreed | like me | me | describes me | describe me | describes me well | fits me | fit me | fits | applies | applies to me | apply | apply to me | applicable | that is right | is right | you are right | sounds right | sounds about right | sounds like me | sound like me | sound right | sounds like it | relatable | like that | that way | this way | the case",
  3: "neither accurate nor inaccurate | neither agree nor disagree | neither true nor false | neither | neither nor | neutral | both | half and half | half half | half | 50/50 | 50-50 | 50 50 | fifty fifty | so so | in between | in the middle | somewhere in the middle | somewhere in between | right in the middle | in the middle somewhere | middle | middling | average | undecided",
  2: "inaccurate | more no than yes | unaccurate | untrue | false | incorrect | disagree | wrong | unlike me | not the case | guess not | think not | suppose not",
  1: "nothing like me | not at all like me | not me at all | far from it | far from accurate | far from true | far from the truth | could not be further from the truth | the opposite | the exact opposite | quite the opposite | on the contrary | quite the contrary | anything but | no way | not a chance | no chance | hell no | heck no | god no | not in the least | not in the slightest | not the least bit | not one bit | not a bit | by no means | not remotely | not by a long shot | not in a million years | could not disagree more | nope not at all"
}

/** Both at once, said in one breath. */
export const torn = "yes and no | no and yes | agree and disagree | it varies | yes but also no"

/** Yes and no by themselves. They do not say how strongly. */
export const leanings = {
  4: "yes | yeah | yea | ya | yep | yup | yah | yess | aye | indeed | uh huh | mhm | mm hmm | think so | i think so | guess so | i guess so | suppose so | i suppose so | believe so | i believe so | would say so | 👍 | ✅ | ✔",
  2: "no | nope | nah | naw | nay | nuh uh | 👎 | ❌"
}

/**
 * Degrees. `whole` degrees denied leave the middle ("not completely"); of the others, denied, little is left ("not
 * very"); `soft` ones do not move a value. The words of `…Alone` are an answer by themselves.
 */
export const degrees = {
  wholeAlone:
    "totally | absolutely | completely | entirely | fully | wholly | utterly | perfectly | 100% | 100 percent | one hundred percent | hundred percent | a hundred percent | definitely | certainly | for sure | of course | undoubtedly | obviously | naturally | 💯",
  strongAlone:
    "too much | extremely | exactly | precisely | very much | very much so | incredibly | so much so | hugely",
  strong:
    "very | really | too | much | strongly | highly | particularly | especially | overly | terribly | super | deeply | way | truly | insanely | awfully | heavily | totes | firmly",
  softAlone:
    "somewhat | kind of | kinda | sort of | sorta | moderately | quite | partly | partially | in a way | in some ways | to some extent | to some degree | to an extent | to a degree | to a certain extent | more or less | tend to | probably | reasonably | relatively | in part | more yes than no",
  soft: "pretty | fairly | rather | almost | nearly | practically | virtually | enough | basically | near | only",
  slight:
    "a little | a little bit | a bit | a tad | a touch | slightly | mildly | just a little | only a little | a wee bit | a smidge"
}

export const denials = {
  /** They need something to deny. */
  bound:
    "not | not say | not say it | not think | not think that | not believe | not believe that | not feel that | can not say | can not say that | nor",
  /** They are an answer by themselves. */
  free: "not think so | not believe so | not say that | not say so | not anymore | not any more | no longer | not like that | not call myself that | not quite"
}

export const atAll = "at all | whatsoever | in any way"

/** They lower the confidence. */
export const hedges =
  "maybe | could be | might be | may be | perhaps | possibly | i guess | guess | i suppose | roughly | approximately | around | about | ish | if i had to guess | if i had to choose | i suspect | ~"

/** "do" and the like: enough for a yes ("I do") and for a denial ("I do not"). */
export const affirming =
  "do | does | am | it is | it does | do it | do that | do this | do so | done that | done it"
export const auxiliaries = "is | are | would | be | been | being | will | have | has"

export const fillers =
  "i | my | can | sir | maam | madam | dude | mate | bro | you could say | you could say that | one could say | myself | it | this | that | these | those | a | an | the | of | to | there | oh | ah | eh | er | erm | um | umm | uh | uhm | hm | hmm | hmmm | mm | well | ok | okay | alright | lol | haha | hehe | hah | honestly | frankly | actually | personally | just | would say | have to say | must say | must admit | have to admit | to say | i think | i feel | i feel like | i feel that | i think that | i believe | i believe that | i mean | you know | let us say | let is say | lets say | let me say | i would say that | say that | in general | in my case | in my opinion | in my experience | imo | tbh | ngl | to be honest | to be fair | if i am honest | if i am being honest | being honest | on the whole | by and large | as a rule | overall | all in all | all things considered | for me | to me | of me | about me | about myself | with me | of myself | for myself | in me | i am afraid | i am afraid that | unfortunately | sadly | luckily | fortunately | thankfully | simply | also | then | still | thing | hey | hi | doing that | doing it | sort of thing | kind of thing | kind of person | type of person | person | such | one of those people | statement | this statement | that statement | the statement | myself included | description | tend to be | as being | even | yet"

/** Around a digit: "I would give it a 4", "4 out of 5". In other company, or on the other side, they are unread. */
export const digitFrames = {
  before:
    "say | call it | go for | go with | going with | going for | give | give it | giving | giving it | pick | choose | rate | rate it | rate myself | rating | score | number | option | answer | choice | level | mine | put | put down | put me down as | put me down for | put me at | solid | strong | between | somewhere | closer to | more like | on the scale | on a scale | on a scale of 1 to 5 | on a scale from 1 to 5 | on scale of 1 to 5",
  after:
    "star | stars | point | points | out of 5 | out of five | of 5 | of five | / 5 | on the scale | on a scale of 1 to 5 | on a scale from 1 to 5"
}

/** Numbers as words, the value first. */
export const digits = { 1: "one", 2: "two", 3: "three", 4: "four", 5: "five" }

/** Not the digit one; and a person who is accurate, not a statement. */
export const misleading =
  "no one | this one | that one | the one | any one | the only one | the last one | this 1 | one of them | only me | am accurate | am inaccurate | am true | am correct | am incorrect | am wrong | am false | am right"

/** They start another part of the answer, and say how it bears on the rest. */
export const joints = {
  contrast:
    "but | however | although | though | even though | tho | except | except that | whereas | just not | only not",
  limit:
    "when | whenever | if | unless | until | while | as long as | at | in | with | around people | during | depending | before | after | on | only when | only if | only at | only in | only with | except when | except for | apart from | other than",
  reason: "because | cause | cos | cuz | coz | since | due to | especially",
  or: "or",
  and: "and | &"
}

/** Talk about the conversation: whatever stands beside it, only a digit still counts. */
export const asides =
  "not applicable | definitely maybe | give me | know | idk | dunno | idea | clue | sure | unsure | uncertain | certain | understand | mean | means | meaning | meant | question | questions | explain | repeat | rephrase | skip | pass | next | mind | nevermind | sorry | wait | stop | help | again | previous | earlier | mistake | comment | opinion | thanks | thank | please | confused | confusing | unclear | define | definition | yeah right | yea right | as if | me too | me neither | neither do i | neither am i | so do i | n/a | na | prefer not | rather not | 🤷 | 🙄"

/** They make the part of the answer that they stand in a question. */
export const questions =
  "what | why | who | whom | whose | which | how | where | do i | am i | is it | is that | is this | are you | do you | did you | does it | does that | does this | would you | can you | could you | can i | could i | should i | are we | have i | would i"

/** First words of a question: "is 5 the highest". */
export const questionStarts = "is | are | does | did | would | could | should | can"

/** Other spellings, beside doubled letters and single slips in long words, which are understood by rule. */
export const spellings: Record<string, string> = {
  alot: "a lot",
  alway: "always",
  alwyas: "always",
  awlays: "always",
  aint: "am not",
  arent: "are not",
  cannot: "can not",
  cant: "can not",
  def: "definitely",
  defo: "definitely",
  deffo: "definitely",
  defs: "definitely",
  definetly: "definitely",
  definately: "definitely",
  defiantly: "definitely",
  dont: "do not",
  dislike: "not like",
  dislikes: "not like",
  distrust: "not trust",
  distrusts: "not trust",
  donot: "do not",
  doesnt: "does not",
  couldnt: "could not",
  hardley: "hardly",
  hasnt: "has not",
  havent: "have not",
  im: "i am",
  isnt: "is not",
  its: "it is",
  ive: "i have",
  niether: "neither",
  nt: "not",
  nevr: "never",
  nver: "never",
  neber: "never",
  oftn: "often",
  offen: "often",
  ofen: "often",
  oftenly: "often",
  rarley: "rarely",
  rarly: "rarely",
  sometime: "sometimes",
  thats: "that is",
  theres: "there is",
  ture: "true",
  treu: "true",
  wasnt: "was not",
  wont: "will not",
  wouldnt: "would not",
  yeh: "yeah",
  yse: "yes",
  youre: "you are"
}

/** Words of a statement that its repetition may leave out. */
export const minorWords =
  "i | me | my | myself | own | have | am | is | are | be | become | feel | get | do | does | a | an | the | of | for | to | about | at | in | on | up | from | into | around | under | than | by | with | that | what | who | it | there | and | or | when"

/** They stand for what a repeated statement is about: "I rarely notice them". */
export const objects = "them | it"

/** Before or between words of the statement they show that it is not repeated: "my work is hard". */
export const echoBreakers = "is | are | my | your | his | her | our | their"

/** Left out wherever they stand: "all the bloody time". */
export const expletives =
  "damn | damned | bloody | freaking | fricking | frigging | fucking | effing | flipping | goddamn"

/** Nouns that a repeated statement may leave out at its end. */
export const vagueNouns = "things | people | others | something"

/** They turn a statement into its opposite. */
export const statementDenials = "not | no | never | rarely | seldom"
