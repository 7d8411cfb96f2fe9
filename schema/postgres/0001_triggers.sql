-- Whoever changes what a day is summarised of says so in the same transaction: by a trigger, so that nobody can forget it.
CREATE FUNCTION "mark_days_of_runs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO "stale_days" ("day") SELECT DISTINCT ("created_at" AT TIME ZONE 'UTC')::date FROM "new_rows";
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO "stale_days" ("day") SELECT DISTINCT ("created_at" AT TIME ZONE 'UTC')::date FROM "old_rows";
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "runs_inserted" AFTER INSERT ON "training_runs" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_runs"();
--> statement-breakpoint
CREATE TRIGGER "runs_updated" AFTER UPDATE ON "training_runs" REFERENCING OLD TABLE AS "old_rows" NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_runs"();
--> statement-breakpoint
-- A run takes its metrics with it, one statement a run, which need not be marked again.
CREATE TRIGGER "runs_deleted" AFTER DELETE ON "training_runs" REFERENCING OLD TABLE AS "old_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_runs"();
--> statement-breakpoint
CREATE FUNCTION "mark_days_of_parts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "stale_days" ("day") SELECT DISTINCT ("run_created_at" AT TIME ZONE 'UTC')::date FROM "new_rows";
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "metrics_inserted" AFTER INSERT ON "run_metrics" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_parts"();
--> statement-breakpoint
CREATE TRIGGER "metrics_updated" AFTER UPDATE ON "run_metrics" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_parts"();
--> statement-breakpoint
CREATE TRIGGER "datasets_linked" AFTER INSERT ON "run_datasets" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "mark_days_of_parts"();
--> statement-breakpoint
-- The set of runs whose rank is from "first" up to but without "last", which may be null; see "metric_ranks". From the lowest
-- bit on: where a bound has a one, what is not below it is what has the one and was not before; where it has a zero, what has
-- a one or was not before. Null: all runs.
CREATE FUNCTION "ranks_between"("slices" bit varying[], "first" integer, "last" integer) RETURNS bit varying
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  "slice" bit varying;
  "from_first" bit varying;
  "from_last" bit varying;
BEGIN
  FOREACH "slice" IN ARRAY "slices" LOOP
    "from_first" := CASE "first" & 1 WHEN 1 THEN coalesce("from_first" & "slice", "slice") ELSE "from_first" | "slice" END;
    "from_last" := CASE "last" & 1 WHEN 1 THEN coalesce("from_last" & "slice", "slice") ELSE "from_last" | "slice" END;
    "first" := "first" >> 1;
    "last" := "last" >> 1;
  END LOOP;
  -- What is left of a bound is above all ranks.
  RETURN CASE WHEN "first" > 0 THEN "slice" & ~"slice" WHEN "last" = 0 THEN "from_first" & ~"from_last" ELSE "from_first" END;
END $$;
--> statement-breakpoint
-- Which frameworks a model was trained with.
CREATE FUNCTION "add_frameworks"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "model_frameworks" ("model_name", "framework") SELECT DISTINCT "model_name", "framework" FROM "new_rows" ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "frameworks_added" AFTER INSERT ON "training_runs" REFERENCING NEW TABLE AS "new_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "add_frameworks"();
--> statement-breakpoint
CREATE FUNCTION "remove_frameworks"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Who registers a run holds its model by the reference until the commit: only then can be said that there is no other.
  PERFORM FROM "models" WHERE "name" IN (SELECT "model_name" FROM "old_rows") ORDER BY "name" FOR UPDATE;
  DELETE FROM "model_frameworks" f USING (SELECT DISTINCT "model_name", "framework" FROM "old_rows") gone
    WHERE f."model_name" = gone."model_name" AND f."framework" = gone."framework" AND NOT EXISTS (
      SELECT FROM "training_runs" r WHERE r."model_name" = f."model_name" AND r."framework" = f."framework");
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "frameworks_removed" AFTER DELETE ON "training_runs" REFERENCING OLD TABLE AS "old_rows"
  FOR EACH STATEMENT EXECUTE FUNCTION "remove_frameworks"();
