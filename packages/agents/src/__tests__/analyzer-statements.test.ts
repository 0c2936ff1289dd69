import { describe } from "@effect/vitest"
import { itReads } from "./analyzer-table.ts"

describe("readAnswer, about other statements", () => {
  itReads(
    "Trust others",
    `
    5: I always trust others
    4: I mostly trust others
    2: I don't trust others | I rarely trust others
    -: I trust my wife | I trust no one | others trust me
    `
  )
  itReads(
    "Keep my promises",
    `
    5: I always keep my promises
    4: I usually keep them
    1: I never keep my promises
    -: I promise
    `
  )
  itReads(
    "Get angry easily",
    `
    4: I get angry easily, yes
    2: I don't get angry
    1: I never get angry easily
    -: I easily get hungry
    `
  )
  itReads(
    "Prefer to be alone",
    `
    4: I prefer to be alone | I usually prefer being alone
    2: I don't prefer to be alone
    `
  )
  itReads(
    "Do not like poetry",
    `
    5: I don't like poetry at all | yes, very accurate
    4: I do not really like poetry
    -: I love poetry
    `
  )
  itReads(
    "Rarely notice my emotional reactions",
    `
    4: I rarely notice them
    2: I notice my emotional reactions | I usually notice my emotional reactions
    `
  )
  itReads(
    "Dislike myself",
    `
    5: I really dislike myself
    4: I dislike myself
    2: I like myself
    `
  )
  itReads(
    "Believe that others have good intentions",
    `
    4: I believe others have good intentions
    2: I don't believe others have good intentions
    -: I believe so much is wrong
    `
  )
  itReads(
    "Take charge",
    `
    5: I always take charge
    4: I take charge
    1: I never take charge
    -: I take the bus
    `
  )
  itReads(
    "Often feel blue",
    `
    3: I sometimes feel blue
    1: I never feel blue
    -: blue is my favourite colour
    `
  )
  itReads(
    "Love life",
    `
    5: I absolutely love life
    4: I love life
    `
  )
  itReads(
    "Make friends easily",
    `
    5: I make friends very easily
    2: I rarely make friends easily | I don't really make friends easily
    1: I never make friends
    -: I make enemies easily | my friends are easily the best
    `
  )
  itReads(
    "Break rules",
    `
    3: I break rules sometimes
    2: I don't break rules
    1: I never break rules
    -: rules are rules
    `
  )
  itReads(
    "Find it difficult to approach others",
    `
    4: I find it difficult to approach others
    2: I don't find it difficult to approach others
    -: difficult question
    `
  )
  itReads(
    "Avoid crowds",
    `
    5: I avoid crowds at all times
    4: I usually avoid them
    2: I don't avoid crowds
    `
  )
  itReads(
    "Tell the truth",
    `
    5: I always tell the truth
    3: I don't always tell the truth
    -: to tell the truth, I am bored
    `
  )
  itReads(
    "Am not interested in theoretical discussions",
    `
    5: I'm not at all interested in theoretical discussions
    4: I'm not interested in theoretical discussions
    2: I am interested in theoretical discussions
    -: not interested
    `
  )
  itReads(
    "Try not to think about the needy",
    `
    4: I try not to think about the needy
    -: I never think
    `
  )
  itReads(
    "Yell at people",
    `
    4: I often yell at people
    2: I rarely yell
    1: I never yell at people
    -: I yell at my dog
    `
  )
  itReads(
    "Feel comfortable with myself",
    `
    5: I'm very comfortable with myself
    1: I am never comfortable with myself
    `
  )
  itReads(
    "Leave a mess in my room",
    `
    4: I usually leave a mess
    2: I don't leave a mess in my room
    `
  )
  itReads(
    "Work hard",
    `
    5: I always work hard
    4: I usually work hard | I work hard
    2: I don't work hard
    -: my work is hard | I work at a bank | hard to tell
    `
  )
  itReads(
    "Love to help others",
    `
    5: I always love to help others
    4: I love helping others
    -: I never help others | help
    `
  )
  itReads(
    "Am afraid of many things",
    `
    4: I'm afraid of many things
    1: I'm not afraid of many things at all
    -: I'm afraid I have to go
    `
  )
  itReads(
    "Like to tidy up",
    `
    4: I like to tidy up
    2: I don't like to tidy up
    -: I never tidy up | I like you
    `
  )
  itReads(
    "Believe in the importance of art",
    `
    4: I believe in the importance of art
    2: I don't believe in the importance of art
    -: I believe in God
    `
  )
  itReads(
    "Do not enjoy going to art museums",
    `
    4: I don't enjoy going to art museums
    2: I enjoy going to art museums
    1: I always enjoy going to art museums
    -: I enjoy this
    `
  )
  itReads(
    "Avoid philosophical discussions",
    `
    5: I always avoid philosophical discussions
    2: I rarely avoid them
    `
  )
  itReads(
    "Remain calm under pressure",
    `
    4: I remain calm under pressure
    3: I sometimes remain calm under pressure
    -: calm down
    `
  )
  itReads(
    "Go on binges",
    `
    1: I never go on binges
    -: go on | I never go
    `
  )
  itReads(
    "Jump into things without thinking",
    `
    4: without thinking about it, 4
    1: I never jump into things without thinking
    `
  )
  itReads(
    "Take advantage of others",
    `
    1: I never take advantage of others
    -: I take others seriously
    `
  )
  itReads(
    "See beauty in things that others might not notice",
    `
    5: I always see beauty in things that others might not notice
    4: I see beauty in things that others might not notice
    1: I never see beauty in things that others might not notice
    -: I see beauty in things that others might notice
    `
  )
  itReads(
    "Believe that there is no absolute right and wrong",
    `
    4: I believe that there is no absolute right and wrong
    2: I don't believe that there is no absolute right and wrong
    -: I believe that there is an absolute right and wrong
    `
  )
  itReads(
    "Put little time and effort into my work",
    `
    4: I put little time and effort into my work
    2: I do not put little time and effort into my work
    -: I put a lot of time and effort into my work
    `
  )
})
