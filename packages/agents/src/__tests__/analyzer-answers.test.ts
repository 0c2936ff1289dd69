import { describe } from "@effect/vitest"
import { itReads } from "./analyzer-table.ts"

describe("readAnswer", () => {
  describe("digits", () => {
    itReads(
      "Worry about things",
      `
      4: 4 | 4/5 | a 4 | 4 out of 5 | four | 4. | I'd say 4 | I'd say a 4. | about 4 | ４ | ④ | 4️⃣ | (4) | #4 | 4!!
      4: four out of five | 4 of 5 | 4 / 5 | I would give it a 4 | It's a 4 for me | my answer is 4 | option 4 | 4, I think | Hmm... 4
      4: 4 - moderately accurate | 4 = moderately accurate | 4, often | 4 😀 | "4" | maybe 4 | I guess a 4 | 4 because I do
      4: 4.0 | 4 4 | not a 5 but a 4 | somewhere between 4 and 5 | 4 or 5 | 4-5 | 4.5 | 4 to 5
      3: 3 | three | 3-4 | 2 or 3 | 3, sometimes | 3 - neither accurate nor inaccurate
      1: 1 | one | 1/5 | 1, never | one out of five | definitely a 1
      2: 2 | two | 2. | 2, not really | ２
      5: 5 | 5/5 | five | 5! | a solid 5 | 5 - always | 5 (very accurate) | that's a 5
      -: 40 | 5 years ago | 1990 | 0 | 6 | 10/10 | 45 | -4 | 5pm | 5:30 | 5th | $5 | 4/10 | 1-5 | 2 or 4 | 1 5 | 3 kids
      -: 5 minutes ago | I have 4 | 4 of us | not 5 | 5 = very inaccurate | 1. yes | 05.04.1990 | 3/4 | 50% | no one | this one
      -: 5? | what does 5 mean | is 5 the highest | 12345 | 2, always | more than 4 | 5 dogs, 4 cats
      `
    )
  })

  describe("the scale and its synonyms", () => {
    itReads(
      "Worry about things",
      `
      5: very accurate | Very Accurate. | VERY ACCURATE | it's very accurate | that is very accurate of me | strongly agree
      5: totally | absolutely | completely true | spot on | exactly | that's me | that's so me | 100% | definitely | very true
      5: I completely agree | I agree completely | very much so | very much like me | describes me perfectly | so true | sooo true
      5: couldn't agree more | of course | to a T | without a doubt | extremely accurate | hell yes | 💯 | true, very true
      4: moderately accurate | accurate | agree | I agree | somewhat agree | mostly true | true | yes | yeah | yep | yes I do
      4: fairly accurate | pretty accurate | somewhat accurate | kind of | kinda | sort of | somewhat | quite true | like me | I do
      4: I think so | I guess so | I suppose so | that's right | pretty much | more or less | slightly agree | 👍 | yesss | I am
      3: neither accurate nor inaccurate | neither | neither agree nor disagree | neutral | both | half and half | 50/50 | so-so
      3: in between | somewhere in the middle | a little | a bit | undecided | fifty-fifty | yes and no | sometimes yes, sometimes no
      2: moderately inaccurate | inaccurate | disagree | I disagree | somewhat disagree | untrue | false | not accurate | no | nope
      2: not really | not very accurate | not true | not me | not like me | not much | not exactly | I don't think so | not so much
      2: I wouldn't say so | can't say that I do | I don't agree | not particularly | I don't | I'm not | 👎 | no, not really
      2: I can't say I do | that isn't true | probably not | mostly inaccurate | not quite | I wouldn't say that | not too much
      1: very inaccurate | strongly disagree | totally false | not at all | not me at all | nothing like me | absolutely not
      1: definitely not | I completely disagree | not true at all | no way | completely untrue | far from it | hell no
      1: not in the least | the opposite | not at all accurate | No, not at all! | not like me at all | certainly not | of course not
      `
    )
  })

  describe("how often", () => {
    itReads(
      "Worry about things",
      `
      5: always | all the time | constantly | every day | almost always | very often | I always do | all the time! | 24/7
      5: yes, always | I worry about things all the time | I always worry about things | I constantly worry | I worry all the time
      4: often | usually | frequently | most of the time | a lot | generally | quite often | I often do | more often than not
      4: I usually worry | I often worry about things | yes, often | I do worry a lot | often, but not always
      3: sometimes | occasionally | now and then | from time to time | at times | sometimes I do | sometimes yes | sometimes not
      3: not always | not all the time | yes, but only sometimes | yes but only sometimes | I sometimes worry | Only sometimes.
      3: every now and then | I do, but only occasionally | not constantly | I don't always worry | No, but sometimes
      2: rarely | seldom | not often | once in a while | not usually | not very often | only rarely | hardly | I rarely worry
      2: no, rarely | usually not | I don't worry often | yes, but rarely | I don't worry much | I don't really worry
      1: never | hardly ever | almost never | I never do | I hardly ever worry | I never worry about things | very rarely
      1: never ever | no, never | I'd never do that | I don't worry at all | practically never
      `
    )
  })

  describe("negation, contrast and contradiction", () => {
    itReads(
      "Worry about things",
      `
      4: I don't disagree | not untrue | it's not inaccurate | I worry about things | I do worry about things | not rarely
      2: I don't worry about things | I do not worry | no I don't worry
      4: I agree, but not completely | yes, but not always
      3: I totally agree, but only sometimes
      -: always never | yes never | yes, no | very accurate and very inaccurate | agree. disagree. | never, always
      -: yes, but my husband says otherwise | yes, but... | I agree but never | yeah no | sometimes always | no, often
      `
    )
  })

  describe("what only looks like an answer", () => {
    itReads(
      "Worry about things",
      `
      -: never mind | Nevermind | I always forget what this means | no problem | not bad | no idea | I don't know | skip | pass
      -: never say never | what do you mean? | what do you mean by always? | always? | why? | | ??? | ... | hello | ok | sure
      -: not sure | I'm not sure | no worries | no comment | idk | maybe | it depends | depends | n/a | yeah right | as if | me too
      -: No, I don't understand the question | Yes, please explain | no next question please | What does moderately accurate mean
      -: I like pizza | my mother always said so | you never asked me that before | I used to | he never does | always at work
      -: never when I sleep | yes, when I am tired | no, unless something happens | I always dream of the sea | can't say
      -: I went there once and it was very nice | everyone does sometimes | really? | not | is it always | do I? | 🤷 | 😀 | I trust others
      -: please stop | true story, I was born at sea | I wish | that is so | can you repeat that? | yes? | would you agree?
      -: lorem ipsum dolor sit amet | I am a teacher | I have always lived here | I very much like cats | not my cup of tea
      -: never have I ever been to France | it takes a lot of time | exactly what I said | I disagree with my boss a lot
      `
    )
  })

  describe("long answers", () => {
    itReads(
      "Worry about things",
      `
      5: Well, I have three kids and a job, so I worry about things all the time.
      4: My friends tell me to relax more. I'd say 4.
      5: Very accurate. Last week I could not sleep because of an exam that I passed in the end.
      3: Sometimes, when I'm stressed.
      1: People assume otherwise, but I hardly ever worry.
      2: Not really, because things work out for me
      -: I have three kids and a job and a mortgage that never ends, and everyone always needs something.
      -: My sister always worries and my brother never does.
      -: Very accurate when I was young, but that has changed a lot since the divorce.
      `
    )
  })

  describe("spelling", () => {
    itReads(
      "Worry about things",
      `
      5: definately | allways | ALWAYS | abosolutely | all  the\ttime | Véry accurate | ＶＥＲＹ ＡＣＣＵＲＡＴＥ | thats me | totallyyyy
      4: moderatly accurate | moderately acurate | freqently | im afraid I do
      3: somtimes | ocasionally | Niether accurate nor inaccurate
      2: moderatly innacurate | dont think so | not realy | I dont | doesn’t really | I do nt think so | dissagree | isnt true
      1: very inacurate | stongly disagree | nevr | im not like that at all
      `
    )
  })

  describe("statements with a negation", () => {
    itReads(
      "Do not like poetry",
      `
      5: 5 | very accurate | strongly agree | totally | spot on | I never like poetry
      4: I don't like poetry | I do not like poetry | no, I don't like poetry | true | moderately accurate
      2: I like poetry | inaccurate | disagree | I do like poetry | not true | yes, I like poetry
      1: I always like poetry | very inaccurate | totally false
      -: yes | no | never | always | not really | not at all | I do | I don't | sometimes
      `
    )
    itReads(
      "Dislike changes",
      "4: I don't like changes | I dislike changes\n2: I like changes\n-: no | never | not really"
    )
    itReads(
      "Distrust people",
      "4: I don't trust people | I distrust people\n1: I always trust people\n-: I don't"
    )
    itReads(
      "Rarely overindulge",
      "4: I rarely overindulge\n5: I never overindulge\n2: I often overindulge\n-: rarely | never | yes"
    )
    itReads(
      "Am not easily annoyed",
      "4: I'm not easily annoyed\n1: I am always easily annoyed\n-: no | I'm not"
    )
    itReads(
      "Don't understand people who get emotional",
      "4: I don't understand people who get emotional\n-: I don't understand"
    )
    itReads("Take no time for others", "4: I take no time for others\n2: I take time for others")
  })

  describe("statements that say how often, or much else", () => {
    itReads("Often feel blue", "4: I often feel blue\n5: always\n2: I rarely feel blue\n3: sometimes")
    itReads("Am always busy", "5: I'm always busy\n3: I'm not always busy\n1: I'm never busy\n4: I am busy")
    itReads(
      "Make friends easily",
      "4: I make friends easily\n2: I don't make friends easily\n-: I make friends | I make friends slowly"
    )
    itReads(
      "Love large parties",
      "4: I love large parties\n1: I never love large parties\n-: I never love parties | I love small parties | I love parties | I like parties"
    )
    itReads(
      "Prefer variety to routine",
      "4: I prefer variety to routine\n-: I prefer routine to variety | I prefer routine"
    )
    itReads("Know how to get things done", "4: I know how to get things done\n-: I don't know")
    itReads("Act wild and crazy", "4: I act wild and crazy\n3: Sometimes I act wild and crazy\n1: never")
    itReads("Have a lot of fun", "4: I have a lot of fun\n2: I have no fun\n1: I never have fun")
    itReads("Believe that there is no absolute right and wrong", "2: no | not really\n4: yes\n-: right")
  })
})
