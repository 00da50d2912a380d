using WildlifeRegistry.Access;

namespace WildlifeRegistry.Tests.Access;

public sealed class RecalledGroupsTests
{
    [Fact]
    public void They_count_only_after_the_register_said_the_same()
    {
        var recalled = new RecalledGroups(["A", "B"]);
        Assert.False(recalled.AreConfirmed);
        Assert.True(recalled.Confirm(["A", "B"]));
        Assert.True(recalled.AreConfirmed);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("A", "B", "C")]
    [InlineData("a", "B")]
    public void What_the_register_did_not_confirm_once_is_not_confirmed_by_what_it_says_later(params string[] now)
    {
        var recalled = new RecalledGroups(["A", "B"]);
        Assert.True(recalled.Confirm(["A", "B"]));
        Assert.False(recalled.Confirm(now));
        Assert.False(recalled.AreConfirmed);
        Assert.False(recalled.Confirm(["A", "B"]));
        Assert.False(recalled.AreConfirmed);
    }
}
