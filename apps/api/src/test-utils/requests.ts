import { type Exchange, posting } from "./exchange.ts"

const assessment = (id: string) => `/api/assessment/sessions/${id}`
const session = (id: string) => `/api/sessions/${id}`

/** A good request to each operation, with a name in it that says how it is to fail. */
export const requests: Readonly<Record<string, (name: string) => Exchange>> = {
  startAssessment: (userId) => posting("/api/assessment/start", { userId }),
  sendMessage: (sessionId) => posting("/api/assessment/message", { sessionId, message: "hello" }),
  getAssessmentSession: (id) => ({ path: assessment(id) }),
  pauseAssessment: (id) => posting(`${assessment(id)}/pause`, ""),
  resumeAssessment: (id) => posting(`${assessment(id)}/resume`, ""),
  completeAssessment: (id) => posting(`${assessment(id)}/complete`, ""),
  listSessions: (agent) => ({ path: `/api/sessions?agent=${agent}` }),
  createSession: (userId) => posting("/api/sessions", { userId }),
  getSession: (id) => ({ path: session(id) }),
  updateSession: (id) => ({ ...posting(session(id), { title: "A title" }), method: "PUT" }),
  deleteSession: (id) => ({ method: "DELETE", path: session(id) }),
  listMessages: (id) => ({ path: `${session(id)}/messages` }),
  appendMessage: (id) => posting(`${session(id)}/messages`, { role: "user", content: "hello" }),
  claimSession: (id) => posting(`${session(id)}/claim`, { claimToken: "x".repeat(43) }),
  health: () => ({ path: "/health" }),
  ready: () => ({ path: "/ready" }),
  metrics: () => ({ path: "/metrics" })
}
