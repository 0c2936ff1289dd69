-- NOT VALID: what is there fits, and is not read again under the lock that a check takes.
ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_answer";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "question_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "questions_through" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "completion" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_answer" CHECK (num_nulls("idempotency_keys"."status", "idempotency_keys"."headers", "idempotency_keys"."body") in (0, 3) and ("idempotency_keys"."session_id" is null or "idempotency_keys"."status" is not null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_questions" CHECK ("sessions"."question_count" between 0 and "sessions"."questions_through" and "sessions"."questions_through" <= "sessions"."message_count") NOT VALID;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_completion" CHECK ("sessions"."completion" between 0 and 100) NOT VALID;