import { Context } from "effect"
import type { AssessmentResults } from "../types/assessment-results.ts"
import type { Evidence, ItemId } from "../types/evidence.ts"
import type { TraitEstimates } from "../types/trait-estimate.ts"

/** What answers say about a person. Pure: the same answers give the same numbers, to the last bit. */
export class Scorer extends Context.Tag("@workspace/domain/Scorer")<
  Scorer,
  {
    /** Whether it has the item: evidence about any other counts for nothing. */
    readonly knows: (itemId: ItemId) => boolean

    /** Of two answers to one item the later counts; else their order makes no difference. */
    readonly score: (evidence: Iterable<Evidence>) => TraitEstimates

    /**
     * Estimates in plain words.
     *
     * @param language a BCP 47 tag; English where there are no texts in it
     */
    readonly explain: (
      estimates: TraitEstimates,
      language: string
    ) => Pick<AssessmentResults, "language" | "traits">
  }
>() {}
