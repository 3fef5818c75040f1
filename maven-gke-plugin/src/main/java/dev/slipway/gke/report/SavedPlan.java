package dev.slipway.gke.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.PlanMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code target/gke/plan.json}: a plan for machines, and what a deploy that keeps to it is held to. Holds no secret. */
public final class SavedPlan {
    /** The version of the file's format. Others are not read. */
    static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private SavedPlan() {}

    /** {@return the file} */
    public static String text(PlanReport plan, PlanMark mark) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.set("heldTo", MAPPER.valueToTree(mark));
        root.setAll(MAPPER.<ObjectNode>valueToTree(plan));
        return Json.text(root);
    }

    /**
     * {@return what a saved plan is held to}
     *
     * @throws DeployFailure PLAN_UNREADABLE if it is no plan of ours
     */
    public static PlanMark read(Path file) {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw unreadable(file, "it is no JSON");
        } catch (IOException e) {
            throw unreadable(file, Files.exists(file) ? "it cannot be read" : "there is no such file");
        }
        if (root == null || !root.path("format").isInt()) {
            throw unreadable(file, "it is no plan");
        }
        if (root.path("format").asInt() != FORMAT) {
            throw unreadable(
                    file, "its format is " + root.path("format").asInt() + ", and this plugin reads " + FORMAT);
        }
        JsonNode mark = root.path("heldTo");
        List<String> missing = new ArrayList<>();
        for (String field : List.of("cluster", "namespace", "release", "inputs", "manifest", "drift")) {
            if (!mark.path(field).isTextual()) {
                missing.add(field);
            }
        }
        if (!missing.isEmpty() || !mark.path("revision").isInt()) {
            throw unreadable(file, "it lacks " + (missing.isEmpty() ? "revision" : String.join(", ", missing)));
        }
        return new PlanMark(
                mark.path("cluster").asText(),
                mark.path("namespace").asText(),
                mark.path("release").asText(),
                mark.path("revision").asInt(),
                mark.path("inputs").asText(),
                mark.path("manifest").asText(),
                mark.path("drift").asText());
    }

    private static DeployFailure unreadable(Path file, String why) {
        return new DeployFailure(
                FailureCode.PLAN_UNREADABLE,
                "The saved plan cannot be used: " + why,
                file.toString(),
                "Make one with gke:plan, and name the plan.json that it wrote; or deploy without -Dgke.plan");
    }
}
