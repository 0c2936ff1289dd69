import { Scorer } from "@workspace/domain"
import { Layer } from "effect"
import { knows } from "./nerin/item-bank.ts"
import { resultsOf } from "./nerin/results.ts"
import { score } from "./nerin/scorer.ts"

/** The graded response model over the items of the IPIP-NEO-120, and the published texts. */
export const layer = Layer.succeed(Scorer, { knows, score, explain: resultsOf })
