package dev.midstream.worlds.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.model.PacketEdits;
import dev.midstream.testkit.model.PositionShift;
import dev.midstream.testkit.model.Scenario;
import dev.midstream.testkit.model.Scenario.Verdict;
import dev.midstream.testkit.model.Scenarios;
import dev.midstream.testkit.model.SumShift;
import dev.midstream.worlds.plan.EnginePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Compares the engine with models of the literature in the same scenarios. The table is {@code
 * docs/comparison.md}; {@code -Dmidstream.write-docs=true} rewrites it.
 */
class ComparisonTest {
  private static final Path PAGE = Path.of("..", "docs", "comparison.md");

  @Test
  @DisplayName("the engine rewrites rightly where simpler models fail, as in docs/comparison.md")
  void rewritesRightlyWhereSimplerModelsFail() throws IOException {
    StringBuilder table = new StringBuilder();
    for (Scenario each : Scenarios.all()) {
      Verdict sum = each.run(new PacketEdits(each.find(), each.replacement(), SumShift::new));
      Verdict position =
          each.run(new PacketEdits(each.find(), each.replacement(), PositionShift::new));
      Verdict engine = each.run(engine(each));
      assertThat(engine.right()).as("%s: %s", each.name(), engine.text()).isTrue();
      table.append(row(each.name(), sum, position, engine));
    }
    if (Boolean.getBoolean("midstream.write-docs")) {
      String page = Files.readString(PAGE);
      Files.writeString(PAGE, before(page) + table + after(page));
    }
    assertThat(Files.readString(PAGE)).contains(before(Files.readString(PAGE)) + table);
  }

  private static Engine engine(Scenario scenario) {
    return EnginePlan.PLAIN.engine(SimpleAgents.replacing(scenario.find(), scenario.replacement()));
  }

  private static String row(String name, Verdict sum, Verdict position, Verdict engine) {
    return "| "
        + name
        + " | "
        + sum.text()
        + " | "
        + position.text()
        + " | "
        + engine.text()
        + " |\n";
  }

  private static String before(String page) {
    String line = "| --- | --- | --- | --- |\n";
    return page.substring(0, page.indexOf(line) + line.length());
  }

  private static String after(String page) {
    int rows = before(page).length();
    int end = page.indexOf("\n\n", rows - 1);
    return end < 0 ? "" : page.substring(end + 1);
  }
}
